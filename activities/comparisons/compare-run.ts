import type { ComparisonVerdict } from '../../schemas/comparison'
import { NightscoreError } from '../../schemas/errors'
import { translatePostgresError } from '../data/postgres/postgres-error'
import type { Deps } from '../deps'
import { arriveJobLabels } from '../evaluation/labels/job-labels'
import { writeComparison } from '../evaluation/store/comparisons'
import type { Heartbeat } from '../heartbeat'
import { giveUpShadow } from '../runs/give-up-shadow'
import { loadRunContext, type RunContext } from '../runs/run-context'
import { comparisonTaskOf, type ShadowedRun } from './comparison-task-of'

/** What the comparison of a run's model with its shadow says; null: nothing was compared. */
export interface RunComparison {
  readonly numeric: ComparisonVerdict
  readonly nonInferiority: ComparisonVerdict
}

/**
 * Compares a checked run's model with its shadow over its rows. What an earlier attempt wrote is replaced. A trial run, whose batch
 * is in the past, looks for labels first; others get theirs when the batch is evaluated. Where the job's own shadow cannot be
 * compared the reason is kept, and the run goes on.
 * @throws NightscoreError SHADOW_INVALID where the shadow was asked for with the run and cannot be compared
 */
export async function compareRun(
  deps: Deps,
  runId: string,
  heartbeat: Heartbeat,
): Promise<RunComparison | null> {
  const context = await loadRunContext(deps, runId)
  if (!isShadowed(context)) return null
  const { run, job, manifest } = context
  try {
    if (!run.publish && manifest.task !== 'raw')
      await arriveJobLabels(
        deps,
        { job, batch: run.batch, task: manifest.task, by: deps.workerName },
        heartbeat,
      )
    return await compare(deps, context, heartbeat)
  } catch (error) {
    const known = translatePostgresError(error)
    if (heartbeat.signal.aborted || (known instanceof NightscoreError && known.retryable)) throw error
    // a defect of the comparison, too, is no reason to publish nothing
    await giveUpShadow(deps, run, known instanceof Error ? known : new Error(String(known)))
    return null
  }
}

/**
 * The same again with the labels that have come since, for a run that was compared before. Where its pair files are no longer there
 * the former comparison stands.
 */
export async function compareAgain(deps: Deps, context: RunContext, heartbeat: Heartbeat): Promise<void> {
  if (!isShadowed(context)) return
  try {
    await compare(deps, context, heartbeat)
  } catch (error) {
    if (!(error instanceof NightscoreError) || error.code !== 'STORE_CORRUPT') throw error
  }
}

function isShadowed(context: RunContext): context is ShadowedRun {
  return context.shadow !== null
}

async function compare(deps: Deps, context: ShadowedRun, heartbeat: Heartbeat): Promise<RunComparison> {
  const { run, shadow } = context
  const task = await comparisonTaskOf(deps, [context])
  const outcome = await deps.evaluationPool.compare(task, heartbeat.signal)
  await writeComparison(
    deps.connections.control,
    {
      comparisonId: run.runId,
      kind: 'shadow',
      runId: run.runId,
      job: run.job,
      task: task.task,
      champion: `${run.model}@${run.modelVersion}`,
      challenger: shadow.reference,
      fromBatch: run.batch,
      toBatch: run.batch,
      batches: 1,
    },
    task,
    outcome,
  )
  return { numeric: outcome.numeric, nonInferiority: outcome.nonInferiority }
}
