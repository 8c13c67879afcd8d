import { randomUUID } from 'node:crypto'
import type { PoolClient } from 'pg'
import { batchKeySchema } from '../../schemas/batch-key'
import { NightscoreError } from '../../schemas/errors'
import { activeStates, scoreBatchInputSchema, type RunState } from '../../schemas/run'
import { strictParse } from '../../schemas/strict-parse'
import { batchOfTime } from '../../workflows/plan/batch-of-time'
import { inTransaction } from '../data/postgres/in-transaction'
import type { Deps } from '../deps'
import { resolveModel } from '../scoring/registry'
import { closeSink } from './close-run'
import { loadJob } from './job-store'
import { lockBatch } from './lock-batch'
import { resolveShadow } from './resolve-shadow'
import { loadRun, type RunRecord } from './run-store'

export interface OpenRunInput {
  /** The workflow's input as it came, unchecked. */
  readonly input: unknown
  readonly workflowId: string
  readonly firstRunId: string
  /** When the workflow was due: its scheduled time, else its start; ISO 8601. Names the batch where the input does not. */
  readonly due: string
}

export interface OpenedRun {
  readonly runId: string
  readonly job: string
  readonly batch: string
  /** name@version, resolved once. */
  readonly model: string
  /** Whether a shadow is scored too, to be compared. */
  readonly hasShadow: boolean
}

type TakenRun = Pick<OpenedRun, 'runId'>

/**
 * Takes the batch for one run: resolves job and model once. Called again by the same workflow it returns the same run;
 * a run left behind by a workflow that is closed is marked failed and taken over.
 * @throws NightscoreError INPUT_INVALID, JOB_NOT_FOUND, MODEL_NOT_FOUND, SHADOW_INVALID, RUN_IN_PROGRESS, RUN_STATE
 */
export async function openRun(deps: Deps, input: OpenRunInput): Promise<OpenedRun> {
  const { runId } = await takeRun(deps, input)
  const { job, batch, model, modelVersion, shadow } = await loadRun(deps.connections.control, runId)
  return { runId, job, batch, model: `${model}@${modelVersion}`, hasShadow: shadow !== null }
}

async function takeRun(deps: Deps, { input, workflowId, firstRunId, due }: OpenRunInput): Promise<TakenRun> {
  const request = strictParse(scoreBatchInputSchema, input, 'INPUT_INVALID', 'input')
  const { control } = deps.connections
  const owner = { workflowId, firstRunId }
  if (request.resume !== undefined)
    return resumeRun(deps, await loadRun(control, request.resume), request.job, owner)

  const job = await loadJob(control, request.job)
  const resolved = await resolveModel(control, request.model ?? job.model)
  const { model, version } = resolved
  const shadow = await resolveShadow(control, resolved, job.shadow, request.shadow)
  const batch = strictParse(
    batchKeySchema,
    request.batch ?? batchOfTime(job.batch, due),
    'BATCH_KEY_INVALID',
    'batch',
  )
  return takingBatch(deps, { job: job.name, batch, ...owner }, async (client) => {
    const runId = randomUUID()
    await client.query(
      `INSERT INTO nightscore.run (run_id, job, job_revision, batch, revision, model, model_version, state, publish, workflow_id, first_run_id, compared_before,
         shadow_model, shadow_version, shadow_asked, shadow_error)
       SELECT $1, $2, $3, $4, coalesce(max(revision), 0) + 1, $5, $6, 'opening', $7, $8, $9, $10, $11, $12, $13, $14
       FROM nightscore.run WHERE job = $2 AND batch = $4`,
      [
        ...[runId, job.name, job.revision, batch, model, version, request.publish, workflowId, firstRunId],
        request.comparedBefore ?? null,
        ...[shadow.version?.model, shadow.version?.version, shadow.asked, shadow.error],
      ],
    )
    return { runId }
  })
}

/** A failed or cancelled run goes on where it stopped. */
async function resumeRun(
  deps: Deps,
  run: RunRecord,
  job: string,
  owner: { readonly workflowId: string; readonly firstRunId: string },
): Promise<TakenRun> {
  if (run.job !== job)
    throw new NightscoreError('INPUT_INVALID', {
      found: `run ${run.runId} of job "${run.job}"`,
      expected: `a run of job "${job}"`,
    })
  return takingBatch(deps, { job, batch: run.batch, ...owner }, async (client) => {
    const { rows } = await client.query<{ state: RunState; newer: boolean; dropped: boolean }>(
      `SELECT state, dropped_at IS NOT NULL AS dropped, EXISTS (SELECT FROM nightscore.run n WHERE n.job = run.job AND n.batch = run.batch
                             AND n.revision > run.revision AND n.published_at IS NOT NULL) AS newer
       FROM nightscore.run WHERE run_id = $1`,
      [run.runId],
    )
    const { state, newer, dropped } = rows[0] ?? { state: run.state, newer: false, dropped: false }
    if ((state !== 'failed' && state !== 'cancelled') || newer || dropped)
      throw new NightscoreError('RUN_STATE', {
        found: newer
          ? `run ${run.runId}, older than a published run of its batch`
          : `run ${run.runId} in state ${state}${dropped ? ', its shards dropped by retention' : ''}`,
        expected: 'a failed or cancelled run with no newer published one',
        fix: 'Start a new run of the batch instead.',
      })
    await client.query(
      `UPDATE nightscore.run SET state = 'opening', workflow_id = $2, first_run_id = $3, error_code = NULL, error_message = NULL, ended_at = NULL,
         turn_asked_at = NULL, turn_at = NULL, held_at = NULL, held_until = NULL, held_why = NULL,
         decision = NULL, decided_at = NULL, decided_by = NULL, decision_why = NULL
       WHERE run_id = $1`,
      [run.runId, owner.workflowId, owner.firstRunId],
    )
    return { runId: run.runId }
  })
}

interface Claim {
  readonly job: string
  readonly batch: string
  readonly workflowId: string
  readonly firstRunId: string
}

/** Calls `open` when no other run holds the batch; all callers for one batch wait for each other. */
async function takingBatch(
  deps: Deps,
  claim: Claim,
  open: (client: PoolClient) => Promise<TakenRun>,
): Promise<TakenRun> {
  const { control } = deps.connections
  // Temporal is asked and the former run's sink fenced outside of the transaction; the lock inside sees to the rest
  const holder = await activeRun(control, claim)
  if (holder && !ownedBy(holder, claim)) {
    if (await deps.workflowIsOpen(holder.workflowId, holder.firstRunId)) throw inProgress(holder)
    await takeOver(deps, holder)
  }
  return inTransaction(control, async (client) => {
    await lockBatch(client, claim.job, claim.batch)
    const now = await activeRun(client, claim)
    if (!now) return open(client)
    if (!ownedBy(now, claim)) throw inProgress(now)
    return { runId: now.runId }
  })
}

const ownedBy = (run: Holder, claim: Claim): boolean =>
  run.workflowId === claim.workflowId && run.firstRunId === claim.firstRunId

/** A run that holds its batch. */
export interface Holder extends Claim {
  readonly runId: string
  readonly state: RunState
  readonly planned: boolean
}

async function activeRun(db: Pick<PoolClient, 'query'>, { job, batch }: Claim): Promise<Holder | undefined> {
  const { rows } = await db.query<Holder>(
    `SELECT run_id AS "runId", job, batch, workflow_id AS "workflowId", first_run_id AS "firstRunId", state, plan IS NOT NULL AS planned
     FROM nightscore.run WHERE job = $1 AND batch = $2 AND state = ANY ($3)`,
    [job, batch, activeStates],
  )
  return rows[0]
}

/** Marks a run failed whose workflow is gone, and closes its fence so that no shard of it commits any more. */
export async function takeOver(deps: Deps, holder: Holder): Promise<void> {
  if (holder.planned) await closeSink(deps, holder.runId)
  await deps.connections.control.query(
    `UPDATE nightscore.run SET state = 'failed', ended_at = now(), error_code = 'RUN_ABANDONED',
       error_message = 'The workflow ' || workflow_id || ' ended without closing the run; another run took the batch over.'
     WHERE run_id = $1 AND state = ANY ($2) AND first_run_id = $3`,
    [holder.runId, activeStates, holder.firstRunId],
  )
}

function inProgress(holder: Holder): NightscoreError {
  return new NightscoreError('RUN_IN_PROGRESS', {
    found: `run ${holder.runId} of ${holder.job} ${holder.batch}, ${holder.state}, by workflow ${holder.workflowId}`,
    expected: 'no run of this batch under way',
  })
}
