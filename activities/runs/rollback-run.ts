import type { PoolClient } from 'pg'
import { NightscoreError } from '../../schemas/errors'
import { rollbackRunInputSchema, type RollbackSummary } from '../../schemas/rollback'
import { activeStates, type RunState } from '../../schemas/run'
import { strictParse } from '../../schemas/strict-parse'
import { formerTarget } from '../../workflows/plan/former-target'
import { inTransaction } from '../data/postgres/in-transaction'
import type { Deps } from '../deps'
import { loadJob } from './job-store'
import { lockBatch } from './lock-batch'
import { loadRunContext, postgresTarget, withSink, type PlannedRunContext } from './run-context'
import { recordPublished } from './run-store'

export interface RollbackRunRequest {
  /** The workflow's input as it came, unchecked. */
  readonly input: unknown
  /** Names the workflow's execution: asked twice by one, it is done once. */
  readonly request: string
}

/**
 * Swaps a batch back to a revision that was published before, through the sinks' own pointers: readers see the one or the other,
 * whole. Without `to`: what was visible before the present one came; again: further back.
 * @throws NightscoreError INPUT_INVALID, JOB_NOT_FOUND, NOT_PUBLISHED_YET, NOTHING_TO_ROLL_BACK, RUN_IN_PROGRESS where a run of the
 *   batch is publishing, RUN_STATE, REVISION_GONE
 */
export async function rollbackRun(
  deps: Deps,
  { input, request }: RollbackRunRequest,
): Promise<RollbackSummary> {
  const asked = strictParse(rollbackRunInputSchema, input, 'INPUT_INVALID', 'input')
  const { control } = deps.connections
  const { name: job } = await loadJob(control, asked.job)
  const { batch } = asked
  return inTransaction(control, async (client) => {
    await lockBatch(client, job, batch) // no run of the batch opens meanwhile
    const done = await findChange(client, request)
    if (done) return done
    await refusePublishing(client, job, batch)
    const published = await publishedRuns(client, job, batch)
    const from = published.find(({ state }) => state === 'published')
    if (from === undefined) throw notPublished(job, batch)
    const to = await chooseTarget(client, published, from, asked.to)
    const [present, former] = await Promise.all(
      [from, to].map(async ({ runId }) => withSink(deps, await loadRunContext(deps, runId))),
    )
    refuseOtherSink(present!, former!)
    // where this worker dies after the swap, the next attempt finds it done and records it
    await swap(present!, former!)
    await recordPublished(client, to.runId)
    await client.query(
      `INSERT INTO nightscore.publication_change (job, batch, from_run_id, to_run_id, request, changed_by, why)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [job, batch, from.runId, to.runId, request, asked.by ?? `workflow ${request}`, asked.why],
    )
    return (await findChange(client, request))!
  })
}

async function findChange(client: PoolClient, request: string): Promise<RollbackSummary | undefined> {
  const { rows } = await client.query<RollbackSummary & { at: Date }>(
    `SELECT c.job, c.batch, c.changed_at AS at, c.changed_by AS by, c.why,
       jsonb_build_object('runId', f.run_id, 'revision', f.revision, 'model', f.model || '@' || f.model_version) AS "from",
       jsonb_build_object('runId', t.run_id, 'revision', t.revision, 'model', t.model || '@' || t.model_version) AS "to"
     FROM nightscore.publication_change c
     JOIN nightscore.run f ON f.run_id = c.from_run_id JOIN nightscore.run t ON t.run_id = c.to_run_id
     WHERE c.request = $1`,
    [request],
  )
  if (!rows[0]) return undefined
  const { at, ...summary } = rows[0]
  return { ...summary, changedAt: at.toISOString() }
}

/** A run that publishes now may become visible before or after: it is waited for. Others cannot begin to while they are locked. */
async function refusePublishing(client: PoolClient, job: string, batch: string): Promise<void> {
  const { rows } = await client.query<{ runId: string; state: RunState }>(
    `SELECT run_id AS "runId", state FROM nightscore.run WHERE job = $1 AND batch = $2 AND state = ANY ($3) FOR UPDATE`,
    [job, batch, activeStates],
  )
  const publishing = rows.find(({ state }) => state === 'publishing')
  if (publishing)
    throw new NightscoreError('RUN_IN_PROGRESS', {
      found: `run ${publishing.runId} of ${job} ${batch}, publishing`,
      expected: 'no run of this batch that is being published',
      fix: 'Wait for it, and ask again.',
    })
}

interface PublishedRun {
  readonly runId: string
  readonly revision: number
  readonly state: RunState
}

async function publishedRuns(client: PoolClient, job: string, batch: string): Promise<PublishedRun[]> {
  const { rows } = await client.query<PublishedRun>(
    `SELECT run_id AS "runId", revision, state FROM nightscore.run
     WHERE job = $1 AND batch = $2 AND published_at IS NOT NULL ORDER BY revision`,
    [job, batch],
  )
  return rows
}

async function chooseTarget(
  client: PoolClient,
  published: readonly PublishedRun[],
  from: PublishedRun,
  wanted: number | string | undefined,
): Promise<PublishedRun> {
  const former = await visibleBefore(client, from.runId)
  const target = published.find(({ runId, revision }) =>
    wanted === undefined ? runId === former : [runId, revision].includes(wanted),
  )
  if (target && target !== from) return target
  const others = published.filter((run) => run !== from).map(({ revision }) => revision)
  throw new NightscoreError('NOTHING_TO_ROLL_BACK', {
    found:
      wanted === undefined
        ? `revision ${from.revision}, before which nothing was visible`
        : target
          ? `revision ${from.revision}, which is the visible one`
          : `no published revision ${wanted}`,
    expected:
      others.length === 0
        ? 'a former published revision, but there is none'
        : `one of the revisions ${others.join(', ')}, named with --to`,
  })
}

/** By all that became visible in the batch of a run, and all that was swapped back. */
async function visibleBefore(client: PoolClient, runId: string): Promise<string | undefined> {
  const { rows } = await client.query<{ to: string; back: boolean }>(
    `SELECT "to", back FROM (
       SELECT r.run_id AS "to", r.published_at AS at, false AS back FROM nightscore.run r JOIN nightscore.run o USING (job, batch)
       WHERE o.run_id = $1 AND r.published_at IS NOT NULL
       UNION ALL
       SELECT c.to_run_id, c.changed_at, true FROM nightscore.publication_change c JOIN nightscore.run o USING (job, batch)
       WHERE o.run_id = $1) AS moves ORDER BY at`,
    [runId],
  )
  return formerTarget(rows)
}

/** Where it fails after the files were switched, they are made to agree again with what is visible. */
async function swap({ run, sink }: PlannedRunContext, former: PlannedRunContext): Promise<void> {
  try {
    await former.sink.republish(run.runId)
  } catch (error) {
    await sink.republish(run.runId).catch(() => undefined)
    throw error
  }
}

/** A job that writes elsewhere by now has two places with a visible revision each. */
function refuseOtherSink(present: PlannedRunContext, former: PlannedRunContext): void {
  const [now, before] = [present, former].map(({ job, parquet }) =>
    JSON.stringify([postgresTarget(job), parquet?.path ?? null]),
  )
  if (now === before) return
  throw new NightscoreError('RUN_STATE', {
    found: `revision ${former.run.revision}, written to another sink than revision ${present.run.revision}`,
    expected: 'revisions of one sink',
    fix: 'Score the batch again with the version that is wanted: nightscore run JOB --batch KEY --model NAME@V.',
  })
}

function notPublished(job: string, batch: string): NightscoreError {
  return new NightscoreError('NOT_PUBLISHED_YET', {
    found: `no published run of ${job} ${batch}`,
    expected: 'a batch with a published run, and one that was published before it',
  })
}
