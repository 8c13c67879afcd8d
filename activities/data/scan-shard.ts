import type { RecordBatch } from 'apache-arrow'
import type { ModelManifest } from '../../schemas/model-manifest'
import { diagnoseScan } from './diagnose-scan'
import { escapeGlob, type Sandbox } from './sandbox'
import { scanBatches } from './scan-batches'
import type { ScanPlan } from './scan-plan'
import { scanSchema } from './scan-schema'
import { boundFileRelation, parquetRelation, scanSql } from './scan-sql'
import type { SourceFile } from './source'
import { checkDigest, checkUnchanged } from './source-file'

export interface ScanShardOptions {
  readonly sandbox: Sandbox
  readonly file: SourceFile
  readonly rowStart: number
  readonly rowEnd: number // exclusive
  readonly scan: ScanPlan
  readonly manifest: ModelManifest
  readonly signal?: AbortSignal
  /** Each batch is used up before the next is asked for: see scanBatches. */
  readonly passing?: boolean
}

/**
 * The rows [rowStart, rowEnd) of one file for which `where` is true, in file order, as RecordBatches of scanBatchRows
 * rows; scan-plan.ts documents the columns. What is missing from rowEnd - rowStart was filtered out.
 * @throws SOURCE_CHANGED where the file is not the planned one, before or after reading
 * @throws STORE_CORRUPT where a staged file is not what was written
 * @throws SOURCE_FILE_UNREADABLE where DuckDB cannot read the file's data
 * @throws EXPRESSION_INVALID where a user's expression fails on a row, with DuckDB's message
 */
export async function* scanShard(options: ScanShardOptions): AsyncGenerator<RecordBatch, void, undefined> {
  const { sandbox, file, rowStart, rowEnd, scan, manifest, signal, passing } = options
  await checkUnchanged(file)
  await checkDigest(file)
  const sql = scanSql(scan, manifest, boundFileRelation, [rowStart, rowEnd])
  try {
    const values = { batch: scan.batch, file: escapeGlob(file.path) }
    const chunks = sandbox.stream(sql, { ...values, ...(signal && { signal }) })
    yield* scanBatches(chunks, scanSchema(scan, manifest), passing)
  } catch (error) {
    signal?.throwIfAborted()
    await checkUnchanged(file)
    const relation = parquetRelation(file.path, { rowNumber: true })
    throw await diagnoseScan(error, { sandbox, relation, scan, range: [rowStart, rowEnd], file: file.path })
  }
  await checkUnchanged(file)
}
