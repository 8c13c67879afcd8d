import type { Pool } from 'pg'
import { NightscoreError } from '../../schemas/errors'
import type { SourceFile } from '../data/source'
import { keeping } from './keeping'

/** A shard as its run's manifest has it. */
export interface PlannedShard {
  readonly file: SourceFile
  readonly rowStart: number
  readonly rowEnd: number // exclusive
}

/** Shards of a page: one query serves a worker for so many, and takes 1 ms. */
const pageShards = 256
/** Pages in memory, of some 100 KB each. */
const keptPages = 64

/**
 * Shards by run and number, from manifests read a page at a time and kept: a manifest never changes once it is written.
 * @throws NightscoreError INPUT_INVALID for a shard that the run has not
 */
export function plannedShards(control: Pool): (runId: string, shardNo: number) => Promise<PlannedShard> {
  const page = keeping(keptPages, (key) => {
    const [runId = '', first = ''] = key.split(' ')
    return readPage(control, runId, Number(first))
  })
  return async (runId, shardNo) => {
    const first = shardNo - (shardNo % pageShards)
    const shard = (await page(`${runId} ${first}`)).get(shardNo)
    if (shard) return shard
    throw new NightscoreError('INPUT_INVALID', {
      found: `shard ${shardNo} of run ${runId}`,
      expected: 'a shard of the run’s manifest',
    })
  }
}

async function readPage(control: Pool, runId: string, first: number): Promise<Map<number, PlannedShard>> {
  const { rows } = await control.query<
    Record<'file' | 'size' | 'modified' | 'start' | 'end', string> & {
      shard_no: number
      sha256: string | null
      etag: string | null
    }
  >(
    `SELECT shard_no, file, file_size_bytes AS size, file_modified_ms AS modified, file_sha256 AS sha256, file_etag AS etag, row_start AS start, row_end AS end
     FROM nightscore.shard WHERE run_id = $1 AND shard_no >= $2 AND shard_no < $3`,
    [runId, first, first + pageShards],
  )
  return new Map(
    rows.map((row) => {
      const file = {
        path: row.file,
        sizeBytes: Number(row.size),
        modifiedMs: Number(row.modified),
        sha256: row.sha256,
        ...(row.etag === null ? {} : { etag: row.etag }),
        rowGroups: [],
      }
      return [row.shard_no, { file, rowStart: Number(row.start), rowEnd: Number(row.end) }]
    }),
  )
}
