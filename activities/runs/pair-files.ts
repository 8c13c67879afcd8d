import path from 'node:path'
import { pairsFolder } from '../data/pairs-folder'
import type { SinkFile } from '../../schemas/run'
import type { Deps } from '../deps'

/** A committed shard's pair file; `path` is absolute. */
export interface PairFile extends SinkFile {
  readonly shardNo: number
  readonly path: string
}

/**
 * The pair files of a run by shard, as its committed shards name them: other files in the folder are of attempts that did
 * not commit. Complete once the run is checked; empty without a shadow.
 */
export async function pairFiles(
  { connections, storeFolder }: Pick<Deps, 'connections' | 'storeFolder'>,
  runId: string,
): Promise<PairFile[]> {
  const { rows } = await connections.control.query<{ shardNo: number; pairs: SinkFile }>(
    `SELECT shard_no AS "shardNo", result->'pairs' AS pairs FROM nightscore.shard
     WHERE run_id = $1 AND jsonb_typeof(result->'pairs') = 'object' ORDER BY shard_no`,
    [runId],
  )
  const folder = pairsFolder(storeFolder, runId)
  return rows.map(({ shardNo, pairs }) => ({ shardNo, ...pairs, path: path.join(folder, pairs.name) }))
}
