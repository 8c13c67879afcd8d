import { NightscoreError } from '../../schemas/errors'
import type { QuarantinedRow, RowCounts, ShardResult } from '../../schemas/run'
import type { Deps } from '../deps'
import type { Heartbeat } from '../heartbeat'
import { runFolder } from '../data/sinks/parquet-sink'
import type { ShardTransaction } from '../data/sinks/sink'
import type { ProfileTask } from '../evaluation/columns/profile-pass'
import type { ScoreShardTask, ThreadModel } from '../scoring/score-shard-task'
import { ShadowFailure } from '../scoring/shadow-failure'
import { giveUpShadow } from './give-up-shadow'
import { copyShardResults } from './run-store'
import type { PlannedRunContext } from './run-context'
import { shadowTask } from './shadow-task'

/** What a worker keeps of runs and models between shards. */
export interface ShardCaches {
  readonly run: (runId: string) => Promise<PlannedRunContext>
  readonly model: (model: string, version: number) => Promise<ThreadModel>
  /** What the shards of a run are profiled with. */
  readonly profile: (context: PlannedRunContext) => Promise<ProfileTask>
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
  const { run, sink } = context
  const committed = await sink.committedShard(shardNo)
  if (committed) return finish(deps, runId, committed)

  try {
    return await finish(
      deps,
      runId,
      await attempt(deps, caches, context, { shardNo, heartbeat, shadow: true }),
    )
  } catch (error) {
    if (!(error instanceof ShadowFailure)) throw error
    await giveUpShadow(deps, run, error.cause)
    return finish(deps, runId, await attempt(deps, caches, context, { shardNo, heartbeat, shadow: false }))
  }
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

async function finish(deps: Deps, runId: string, result: ShardResult): Promise<RowCounts> {
  await copyShardResults(deps.connections.control, runId, [result], deps.workerName)
  const { read, scored, quarantined, filtered } = result
  return { read, scored, quarantined, filtered }
}

async function makeTask(
  deps: Deps,
  caches: ShardCaches,
  context: PlannedRunContext,
  shardNo: number,
  withShadow: boolean,
): Promise<ScoreShardTask> {
  const { run, scan, job, predictions, parquet } = context
  const [{ shadowed, ...shard }, model, profile] = await Promise.all([
    loadShard(deps, run.runId, shardNo),
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
    shadow: withShadow && shadowed ? await shadowTask(deps, caches, context) : null,
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

async function loadShard(
  deps: Deps,
  runId: string,
  shardNo: number,
): Promise<Pick<ScoreShardTask, 'file' | 'rowStart' | 'rowEnd'> & { readonly shadowed: boolean }> {
  const { rows } = await deps.connections.control.query<
    Record<'file' | 'size' | 'modified' | 'start' | 'end', string> & {
      sha256: string | null
      shadowed: boolean
    }
  >(
    `SELECT file, file_size_bytes AS size, file_modified_ms AS modified, file_sha256 AS sha256, row_start AS start, row_end AS end,
            shadow_error IS NULL AS shadowed
     FROM nightscore.shard JOIN nightscore.run USING (run_id) WHERE run_id = $1 AND shard_no = $2`,
    [runId, shardNo],
  )
  const row = rows[0]
  if (!row)
    throw new NightscoreError('INPUT_INVALID', {
      found: `shard ${shardNo} of run ${runId}`,
      expected: 'a shard of the run’s manifest',
    })
  return {
    file: {
      path: row.file,
      sizeBytes: Number(row.size),
      modifiedMs: Number(row.modified),
      sha256: row.sha256,
      rowGroups: [],
    },
    shadowed: row.shadowed,
    rowStart: Number(row.start),
    rowEnd: Number(row.end),
  }
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
