import type { ComparisonSummary } from '../../schemas/comparison'
import { NightscoreError } from '../../schemas/errors'
import type { Deps } from '../deps'
import { arriveJobLabels } from '../evaluation/labels/job-labels'
import { loadSummary, writeComparison } from '../evaluation/store/comparisons'
import type { Heartbeat } from '../heartbeat'
import { loadRunContext } from '../runs/run-context'
import { comparisonTaskOf, type ShadowedRun } from './comparison-task-of'

export interface CompareBatchesInput {
  /** A UUID that the workflow drew: a repeated attempt replaces its own. */
  readonly comparisonId: string
  readonly job: string
  /** In order of time, each with the workflow whose trial run scored it. */
  readonly trials: readonly { readonly batch: string; readonly workflowId: string }[]
}

/**
 * Compares two models over several batches that trial runs have scored by both: one comparison over all their rows. Looks for
 * labels of each batch first.
 * @throws NightscoreError RUN_STATE where a batch has no trial run with both models; LABELS_INVALID, STORE_CORRUPT
 */
export async function compareBatches(
  deps: Deps,
  { comparisonId, job, trials }: CompareBatchesInput,
  heartbeat: Heartbeat,
): Promise<ComparisonSummary> {
  const { control } = deps.connections
  const runs: ShadowedRun[] = []
  for (const trial of trials) {
    const run = await trialRun(deps, job, trial)
    if (run !== null) runs.push(run)
  }
  const [first, ...others] = runs
  if (first === undefined)
    throw new NightscoreError('SOURCE_ROWS_TOO_FEW', {
      found: `${trials.length} batches of ${job}, none of which has rows enough to be scored`,
      expected: 'one at least',
    })
  for (const [done, { run, manifest, job: applied }] of runs.entries()) {
    heartbeat.detail({ batches: done })
    if (manifest.task !== 'raw')
      await arriveJobLabels(
        deps,
        { job: applied, batch: run.batch, task: manifest.task, by: deps.workerName },
        heartbeat,
      )
  }
  const task = await comparisonTaskOf(deps, [first, ...others])
  const outcome = await deps.evaluationPool.compare(task, heartbeat.signal)
  await writeComparison(
    control,
    {
      comparisonId,
      kind: 'compare',
      runId: null,
      job,
      task: task.task,
      champion: `${first.run.model}@${first.run.modelVersion}`,
      challenger: first.shadow.reference,
      fromBatch: first.run.batch,
      toBatch: runs.at(-1)!.run.batch,
      batches: runs.length,
    },
    task,
    outcome,
  )
  return loadSummary(control, comparisonId)
}

/** @returns null for a batch that its plan refused: it has no rows to compare */
async function trialRun(
  deps: Deps,
  job: string,
  { batch, workflowId }: CompareBatchesInput['trials'][number],
): Promise<ShadowedRun | null> {
  const { rows } = await deps.connections.control.query<{
    runId: string
    checked: boolean
    code: string | null
  }>(
    `SELECT run_id AS "runId", checked_at IS NOT NULL AS checked, error_code AS code FROM nightscore.run
     WHERE job = $1 AND batch = $2 AND workflow_id = $3 ORDER BY checked_at IS NOT NULL DESC, revision DESC LIMIT 1`,
    [job, batch, workflowId],
  )
  if (rows[0]?.checked === false && rows[0].code === 'SOURCE_ROWS_TOO_FEW') return null
  const context = rows[0]?.checked ? await loadRunContext(deps, rows[0].runId) : undefined
  if (context?.shadow) return { ...context, shadow: context.shadow }
  throw new NightscoreError('RUN_STATE', {
    found: `no run of ${job} ${batch} by workflow ${workflowId} that both models scored`,
    expected: 'a checked trial run with its shadow',
  })
}
