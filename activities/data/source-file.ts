import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { NightscoreError } from '../../schemas/errors'
import { columnSizes } from './column-sizes'
import { duckdbError } from './duckdb-error'
import { quotePath, type Sandbox } from './sandbox'
import type { SourceFile } from './source'

/** Size and modification time: what identifies a file, as SourceFile keeps them. */
export async function fileIdentity(path: string): Promise<{ sizeBytes: number; modifiedMs: number }> {
  const { size, mtimeMs } = await stat(path)
  return { sizeBytes: size, modifiedMs: Math.trunc(mtimeMs) }
}

/**
 * A Parquet file as a run's plan keeps it, from its footer.
 * @throws SOURCE_FILE_UNREADABLE where it is empty, truncated, damaged or not Parquet
 */
export async function describeFile(
  sandbox: Sandbox,
  path: string,
  sha256: string | null,
  signal?: AbortSignal,
): Promise<SourceFile> {
  const identity = await fileIdentity(path)
  if (identity.sizeBytes === 0) throw unreadable(path, 'zero bytes')
  try {
    // one line a column chunk; a file without columns or rows has none
    const groups = await sandbox.rows(
      `SELECT row_group_id, any_value(row_group_num_rows) AS "rows" FROM parquet_metadata(${quotePath(path)}) GROUP BY 1 ORDER BY 1`,
      signal ? { signal } : {},
    )
    const total = await sandbox.rows(
      `SELECT num_rows FROM parquet_file_metadata(${quotePath(path)})`,
      signal ? { signal } : {},
    )
    const rowGroups = groups.map((group) => Number(group['rows']))
    const sum = rowGroups.reduce((rows, more) => rows + more, 0)
    if (sum !== Number(total[0]?.['num_rows']))
      throw new Error(`its row groups hold ${sum} rows, its footer says ${String(total[0]?.['num_rows'])}`)
    const columns = await columnSizes(sandbox, path, { rows: sum, ...(signal && { signal }) })
    return { path, ...identity, sha256, rowGroups, columns }
  } catch (cause) {
    signal?.throwIfAborted()
    throw unreadable(path, duckdbError(cause).message, cause)
  }
}

export function unreadable(path: string, why: string, cause?: unknown): NightscoreError {
  return new NightscoreError('SOURCE_FILE_UNREADABLE', {
    found: `${path}: ${why}`,
    expected: 'a whole Parquet file',
    cause,
  })
}

/** @throws SOURCE_CHANGED where the file is gone or no longer has the size and time that it was planned with */
export async function checkUnchanged(file: SourceFile): Promise<void> {
  const shown = ({ sizeBytes, modifiedMs }: { sizeBytes: number; modifiedMs: number }): string =>
    `${sizeBytes} bytes of ${new Date(modifiedMs).toISOString()}`
  let now
  try {
    now = await fileIdentity(file.path)
  } catch (cause) {
    throw new NightscoreError('SOURCE_CHANGED', {
      found: `${file.path} cannot be opened`,
      expected: shown(file),
      cause,
    })
  }
  if (now.sizeBytes !== file.sizeBytes || now.modifiedMs !== file.modifiedMs)
    throw new NightscoreError('SOURCE_CHANGED', {
      found: `${file.path} with ${shown(now)}`,
      expected: shown(file),
    })
}

/** sha256 of a file's bytes, in hex; about 1 GB/s here. */
export async function fileSha256(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash)
  return hash.digest('hex')
}

/** Files in memory: a worker lives for months, and of S3 each shard's copy is another file. */
const intactAtMost = 1_000
const intact = new Set<string>()

/**
 * Checks a file that we staged against its digest, once in each thread: DuckDB reads most flipped bits in data pages
 * without noticing. Users' own files have no digest.
 * @throws STORE_CORRUPT
 */
export async function checkDigest(file: SourceFile): Promise<void> {
  const key = `${file.sha256} ${file.modifiedMs} ${file.path}`
  if (file.sha256 === null || intact.has(key)) return
  const sha256 = await fileSha256(file.path)
  if (sha256 !== file.sha256)
    throw new NightscoreError('STORE_CORRUPT', {
      found: `${file.path} with sha256 ${sha256}`,
      expected: file.sha256,
    })
  if (intact.size >= intactAtMost) intact.clear()
  intact.add(key)
}
