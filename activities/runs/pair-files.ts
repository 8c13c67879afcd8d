import { NightscoreError } from '../../schemas/errors'
import type { SinkFile } from '../../schemas/run'
import { pairsFolder } from '../data/pairs-folder'
import { storePath } from '../data/store/store-path'
import type { Deps } from '../deps'

/** A committed shard's pair file; `path` is absolute, or of S3. */
export interface PairFile extends SinkFile {
  readonly shardNo: number
  readonly path: string
}

/**
 * The pair files of a checked run by shard, as its committed shards name them: other files in the folder are of attempts that
 * did not commit. Empty without a shadow, or with one that was given up.
 * @throws NightscoreError STORE_CORRUPT where the run has a shadow and shards without pairs: a worker of a release before
 *   shadows scored them
 */
export async function pairFiles(
  { connections, storeFolder }: Pick<Deps, 'connections' | 'storeFolder'>,
  runId: string,
): Promise<PairFile[]> {
  const { rows } = await connections.control.query<{ shardNo: number; pairs: SinkFile | null }>(
    `SELECT shard_no AS "shardNo", nullif(result->'pairs', 'null') AS pairs
     FROM nightscore.shard JOIN nightscore.run USING (run_id)
     WHERE run_id = $1 AND shadow_model IS NOT NULL AND shadow_error IS NULL ORDER BY shard_no`,
    [runId],
  )
  const folder = pairsFolder(storeFolder, runId)
  const files = rows.flatMap(({ shardNo, pairs }) =>
    pairs ? [{ shardNo, ...pairs, path: storePath(folder, pairs.name) }] : [],
  )
  if (files.length < rows.length)
    throw new NightscoreError('STORE_CORRUPT', {
      found: `${rows.length - files.length} of ${rows.length} shards of run ${runId} without pairs`,
      expected: 'pairs of every shard',
      fix: 'Run the batch again, with workers of one release.',
    })
  return files
}
