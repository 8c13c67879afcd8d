import type { QuarantinedRow, RowCounts, ShardResult } from '../../schemas/run'
import type { Deps } from '../deps'
import type { Heartbeat } from '../heartbeat'
import { runFolder } from '../data/sinks/parquet-sink'
import type { ShardTransaction } from '../data/sinks/sink'
import type { ProfileTask } from '../evaluation/columns/profile-pass'
import type { ScoreShardTask, ThreadModel } from '../scoring/score-shard-task'
import { ShadowFailure } from '../scoring/shadow-failure'
import { giveUpShadow } from './give-up-shadow'
import type { PlannedShard } from './planned-shards'
import type { PlannedRunContext } from './run-context'
import { shadowTask } from './shadow-task'

/** What a worker keeps of runs and models between shards. */
export interface ShardCaches {
  readonly run: (runId: string) => Promise<PlannedRunContext>
  readonly model: (model: string, version: number) => Promise<ThreadModel>
  /** What the shards of a run are profiled with. */
  readonly profile: (context: PlannedRunContext) => Promise<ProfileTask>
  /** A shard of the run's manifest. */
  readonly shard: (runId: string, shardNo: number) => Promise<PlannedShard>
  /** Copies a committed shard's result into the control database. */
  readonly copy: (runId: string, result: ShardResult) => Promise<void>
}

/**
 * Scores one shard and commits it exactly once; a shard committed already answers with its stored counts. Where its shadow
 * cannot be scored it is scored again without, and so are the shards after it.
 * @throws NightscoreError SOURCE_CHANGED, STORE_CORRUPT, MODEL_*, SHADOW_INVALID, RUN_STATE where the run is not scoring any more
 */
export async function scoreShard(
  deps: Deps,
  caches: ShardCaches,
  { runId, shardNo }: { readonly runId: string; readonly shardNo: number },
  heartbeat: Heartbeat,
): Promise<RowCounts> {
  const context = await caches.run(runId)
  const result =
    (await context.sink.committedShard(shardNo)) ??
    (await attempt(deps, caches, context, { shardNo, heartbeat, shadow: true }).catch(
      async (error: unknown) => {
        if (!(error instanceof ShadowFailure)) throw error
        await giveUpShadow(deps, context.run, error.cause)
        return attempt(deps, caches, context, { shardNo, heartbeat, shadow: false })
      },
    ))
  await caches.copy(runId, result)
  const { read, scored, quarantined, filtered } = result
  return { read, scored, quarantined, filtered }
}

/** Scores and commits a shard, or nothing of it. */
async function attempt(
  deps: Deps,
  caches: ShardCaches,
  context: PlannedRunContext,
  {
    shardNo,
    heartbeat,
    shadow,
  }: { readonly shardNo: number; readonly heartbeat: Heartbeat; readonly shadow: boolean },
): Promise<ShardResult> {
  const task = await makeTask(deps, caches, context, shardNo, shadow)
  // begun by the first rows: a shard that waits for a thread holds no connection and no place among the sink's writers
  let begun: Promise<ShardTransaction> | null = null
  const transaction = (): Promise<ShardTransaction> =>
    (begun ??= context.sink.beginShard(shardNo, {
      signal: heartbeat.signal,
      onWait: (waitedMs) => heartbeat.detail({ waitedForSinkMs: waitedMs }),
    }))
  try {
    let bytes = 0
    const answer = await deps.pool.scoreShard(
      task,
      async (chunk) => {
        heartbeat.detail({ bytes: (bytes += chunk.byteLength) })
        await (await transaction()).write(chunk)
      },
      heartbeat.signal,
    )
    // before the commit: a committed shard never lacks its quarantine; the rows are the same whichever attempt wrote them
    await writeQuarantine(deps, context.run.runId, shardNo, context.scan.keys, answer.quarantined)
    return await (await transaction()).commit(answer.result, answer.profile)
  } catch (error) {
    // one that could not begin has nothing to roll back
    await (await (begun as Promise<ShardTransaction> | null)?.catch(() => null))?.rollback()
    throw error
  }
}

async function makeTask(
  deps: Deps,
  caches: ShardCaches,
  context: PlannedRunContext,
  shardNo: number,
  withShadow: boolean,
): Promise<ScoreShardTask> {
  const { run, scan, job, predictions, parquet } = context
  const [shard, shadowed, model, profile] = await Promise.all([
    caches.shard(run.runId, shardNo),
    withShadow && run.shadow !== null && isShadowed(deps, run.runId),
    caches.model(run.model, run.modelVersion),
    caches.profile(context),
  ])
  return {
    shardNo,
    roots: context.roots,
    ...shard,
    scan,
    model,
    keys: scan.keys,
    carry: scan.carry,
    predictions,
    profile,
    shadow: shadowed ? await shadowTask(deps, caches, context) : null,
    copy: job.sink.postgres !== undefined,
    parquet: parquet && {
      folder: runFolder(parquet.path, run.runId),
      compression: parquet.compression,
      version: parquet.version,
      constants: {
        batch: run.batch,
        revision: run.revision,
        modelVersion: run.modelVersion,
        runId: run.runId,
      },
    },
  }
}

/** Whether the shadow has not been given up since the run was loaded. */
async function isShadowed({ connections }: Deps, runId: string): Promise<boolean> {
  const { rowCount } = await connections.control.query(
    'SELECT FROM nightscore.run WHERE run_id = $1 AND shadow_error IS NULL',
    [runId],
  )
  return rowCount === 1
}

async function writeQuarantine(
  deps: Deps,
  runId: string,
  shardNo: number,
  keys: readonly { readonly name: string }[],
  quarantined: readonly QuarantinedRow[],
): Promise<void> {
  // raw rows go as text: JSON.parse would round their long integers
  const perStatement = 5_000 // keeps a statement's JSON to a few megabytes
  for (let from = 0; from < quarantined.length; from += perStatement) {
    const rows = quarantined.slice(from, from + perStatement).map((row) => ({
      ...row,
      key: Object.fromEntries(keys.map(({ name }, i) => [name, row.key[i] ?? null])),
    }))
    await deps.connections.control.query(
      `INSERT INTO nightscore.quarantine (run_id, shard_no, row_number, key, column_name, reason_code, detail, raw_row)
       SELECT $1, $2, "rowNumber", key, "column", reason, detail, raw::jsonb
       FROM jsonb_to_recordset($3::jsonb) AS r("rowNumber" bigint, key jsonb, "column" text, reason text, detail text, raw text)
       ON CONFLICT DO NOTHING`,
      [runId, shardNo, JSON.stringify(rows)],
    )
  }
}
