import { rm } from 'node:fs/promises'
import path from 'node:path'
import type { PoolClient } from 'pg'
import type { Deps } from '../../deps'
import { inTransaction } from '../../data/postgres/in-transaction'
import { keepFile } from '../../data/store/keep-file'
import { storePath } from '../../data/store/store-path'
import { workFolder } from '../../data/store/work-folder'
import { canonicalLabels, type LabelFiles } from './canonical-labels'
import { lockLabels } from './lock-labels'

/** What arrives: files of labels, for whom, from where. */
export interface Arriving extends LabelFiles {
  readonly job: string
  /** null: for whichever batch has the key. */
  readonly batch: string | null
  readonly by: string
  readonly signal: AbortSignal
}

/** An arrival, or the former one with the same labels. */
export interface Arrived {
  readonly loadId: number
  readonly job: string
  readonly batch: string | null
  readonly rows: number
  readonly sha256: string
  /** false: these labels had come before. */
  readonly isNew: boolean
}

/** Where files of labels are kept, relative to the store. */
export const labelsFolder = (job: string): string => path.posix.join('labels', job)

/**
 * Keeps labels as an immutable file in the store, and records when they came. The same labels again are no new arrival; unless
 * the same source has had others in between: then they are a correction of the correction.
 * @throws LABELS_INVALID
 */
export async function arriveLabels(
  deps: Pick<Deps, 'connections' | 'storeFolder'>,
  arriving: Arriving,
): Promise<Arrived> {
  const { job, batch, source, by, signal } = arriving
  const stagingFolder = path.join(workFolder(deps.storeFolder), 'staged', 'labels')
  const staged = await canonicalLabels({ stagingFolder, signal }, arriving)
  const { sha256 } = staged
  if (sha256 === null) throw new Error('a staged file has a digest')
  const rows = staged.rowGroups.reduce((sum, more) => sum + more, 0)
  const file = path.posix.join(labelsFolder(job), `${sha256}.parquet`)
  try {
    await keepFile({ path: staged.path, sha256 }, storePath(deps.storeFolder, file), signal)
  } finally {
    await rm(path.dirname(staged.path), { recursive: true, force: true })
  }
  return inTransaction(deps.connections.control, async (client) => {
    await lockLabels(client, job) // two at a time make one arrival
    const known = await sameArrival(client, arriving, sha256)
    if (known !== null) {
      // its file was dropped by retention: it is there again
      await client.query(
        'UPDATE nightscore.label_load SET dropped_at = NULL, arrived_at = clock_timestamp() WHERE load_id = $1 AND dropped_at IS NOT NULL',
        [known],
      )
      return { loadId: known, job, batch, rows, sha256, isNew: false }
    }
    const { rows: inserted } = await client.query<{ loadId: string }>(
      `INSERT INTO nightscore.label_load (job, batch, source, sha256, file, rows, loaded_by)
       VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING load_id AS "loadId"`,
      [job, batch, source, sha256, file, rows, by],
    )
    return { loadId: Number(inserted[0]!.loadId), job, batch, rows, sha256, isNew: true }
  })
}

/** The arrival that had these labels already, null where they are new. */
async function sameArrival(
  client: PoolClient,
  { job, batch, source }: Arriving,
  sha256: string,
): Promise<number | null> {
  const { rows } = await client.query<{ loadId: string; sha256: string; source: string }>(
    `SELECT load_id AS "loadId", sha256, source FROM nightscore.label_load
     WHERE job = $1 AND batch IS NOT DISTINCT FROM $2 ORDER BY load_id DESC`,
    [job, batch],
  )
  const latestOfSource = rows.find((row) => row.source === source)
  if (latestOfSource !== undefined && latestOfSource.sha256 !== sha256) return null
  const same = rows.find((row) => row.sha256 === sha256)
  return same === undefined ? null : Number(same.loadId)
}
