import { NightscoreError } from '../../schemas/errors'
import type { RowCounts, ShardResult } from '../../schemas/run'
import type { Deps } from '../deps'
import { copyShardResults } from './run-store'
import { loadRunContext, withSink } from './run-context'

/**
 * Checks a run whose shards are all committed: counts add up, keys are unique.
 * @throws NightscoreError RUN_SHARD_MISSING, RUN_ACCOUNTING, DUPLICATE_KEYS
 */
export async function checkRun(deps: Deps, runId: string): Promise<void> {
  const { control } = deps.connections
  const context = withSink(deps, await loadRunContext(deps, runId))
  const { run, sink } = context
  await control.query(
    `UPDATE nightscore.run SET state = 'checking', scored_at = coalesce(scored_at, now()) WHERE run_id = $1 AND state = 'scoring'`,
    [runId],
  )
  const results = [...(await sink.committedShards())].sort((a, b) => a.shardNo - b.shardNo)
  await copyShardResults(control, runId, results, deps.workerName)
  const manifest = await manifestRows(deps, runId)
  const rows = accountFor(results, manifest)
  const scoreSum = results.every((result) => result.scoreSum !== null)
    ? results.reduce((sum, result) => sum + (result.scoreSum ?? 0), 0)
    : null
  await control.query(
    `UPDATE nightscore.run SET rows_read = $2, rows_scored = $3, rows_quarantined = $4, rows_filtered = $5, score_sum = $6 WHERE run_id = $1`,
    [runId, rows.read, rows.scored, rows.quarantined, rows.filtered, scoreSum],
  )
  const checked = await sink.check(run.shards ?? 0)
  if (checked.rows !== rows.scored)
    throw new NightscoreError('RUN_ACCOUNTING', {
      found: `${checked.rows} predictions in the sink`,
      expected: `${rows.scored}, as the shards say`,
    })
  await control.query('UPDATE nightscore.run SET checked_at = now() WHERE run_id = $1', [runId])
}

async function manifestRows(deps: Deps, runId: string): Promise<number[]> {
  const { rows } = await deps.connections.control.query<{ rows: string }>(
    'SELECT row_end - row_start AS rows FROM nightscore.shard WHERE run_id = $1 ORDER BY shard_no',
    [runId],
  )
  return rows.map((row) => Number(row.rows))
}

/**
 * Adds the shards' counts up; every row of the manifest must be scored, quarantined or filtered.
 * @param results in shard order
 * @param manifest rows of each shard, in shard order
 */
export function accountFor(results: readonly ShardResult[], manifest: readonly number[]): RowCounts {
  const committed = new Set(results.map((result) => result.shardNo))
  const missing = [...manifest.keys()].filter((shardNo) => !committed.has(shardNo))
  if (missing.length > 0)
    throw new NightscoreError('RUN_SHARD_MISSING', {
      found: `${missing.length} shards not committed (${missing.slice(0, 10).join(', ')})`,
      expected: `all ${manifest.length}`,
    })
  for (const { shardNo, read, scored, quarantined, filtered } of results)
    if (read !== manifest[shardNo] || read !== scored + quarantined + filtered)
      throw new NightscoreError('RUN_ACCOUNTING', {
        found: `shard ${shardNo}: ${read} read, ${scored} scored, ${quarantined} quarantined, ${filtered} filtered`,
        expected: `${manifest[shardNo] ?? 'no such shard'} read = scored + quarantined + filtered`,
      })
  return totalRows(results)
}

/** The rows of all shards together. */
export function totalRows(results: readonly RowCounts[]): RowCounts {
  const total = (count: keyof RowCounts): number => results.reduce((sum, result) => sum + result[count], 0)
  return {
    read: total('read'),
    scored: total('scored'),
    quarantined: total('quarantined'),
    filtered: total('filtered'),
  }
}

/** The job's `quality` rules. Shares are of the rows after `where`. */
export function checkQuality(
  rows: RowCounts,
  quality: { readonly maxQuarantinedShare: number; readonly minRows: number },
  batch: string,
): void {
  const wanted = rows.read - rows.filtered
  if (wanted < quality.minRows)
    throw new NightscoreError('SOURCE_ROWS_TOO_FEW', {
      found: `${wanted} rows in batch ${batch} (${rows.read} read, ${rows.filtered} filtered by where)`,
      expected: `at least ${quality.minRows} (quality.minRows)`,
    })
  const share = wanted === 0 ? 0 : rows.quarantined / wanted
  if (share > quality.maxQuarantinedShare)
    throw new NightscoreError('RUN_QUARANTINE_LIMIT', {
      found: `${rows.quarantined} of ${wanted} rows (${(share * 100).toFixed(2)} %)`,
      expected: `at most ${quality.maxQuarantinedShare * 100} % (quality.maxQuarantinedShare)`,
    })
}
