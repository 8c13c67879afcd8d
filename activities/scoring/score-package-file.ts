import { realpath } from 'node:fs/promises'
import path from 'node:path'
import type { Data, RecordBatch } from 'apache-arrow'
import type { ColumnType } from '../../schemas/column'
import { NightscoreError } from '../../schemas/errors'
import { jobFileSchema, type JobSnapshot } from '../../schemas/job-file'
import type { ModelManifest, ModelSignature } from '../../schemas/model-manifest'
import { planScan } from '../data/plan-scan'
import { openSandbox, type Sandbox } from '../data/sandbox'
import { scanColumns } from '../data/scan-plan'
import { scanShard } from '../data/scan-shard'
import { parquetRelation } from '../data/scan-sql'
import { describeFile } from '../data/source-file'
import { columnOf } from '../features/check-keys'
import type { RowFault } from '../features/row-faults'
import { BatchScorer } from './batch-scorer'
import type { ModelSession } from './open-session'

/** A model as it is opened for checks. */
export interface OpenedModel {
  readonly session: ModelSession
  readonly manifest: ModelManifest
  readonly signature: ModelSignature
}

/** A batch of a package's file: other columns beside what the model makes of the features. */
export interface PackageBatch {
  /** Number of the batch's first row in the file. */
  readonly firstRow: number
  readonly rows: number
  /** Features as the scan reads them (scan-plan.ts). */
  readonly scanned: RecordBatch
  /** By column asked for, a value for each row; JSON text for lists. */
  readonly columns: readonly { readonly type: ColumnType; readonly data: Data }[]
  /** The scored rows' places in the batch; a prediction for each. */
  readonly scored: Int32Array
  readonly predictions: readonly Data[]
  readonly faults: readonly RowFault[]
}

/** Errors of planning and reading that mean: the file is not what a package's file must be. */
const fileErrors = [
  'COLUMN_MISSING',
  'COLUMN_TYPE_UNSUPPORTED',
  'SOURCE_FILE_UNREADABLE',
  'EXPRESSION_INVALID',
]

/** The columns of a package's Parquet file. @throws NightscoreError MODEL_GOLDEN_INVALID where it cannot be read */
export async function packageFileColumns(folder: string, name: string): Promise<readonly string[]> {
  return inPackage(folder, name, async (sandbox, file) =>
    (await describeColumns(sandbox, file)).map((c) => c.name),
  )
}

/**
 * Checks that the file has the model's features by name, of types that can be converted.
 * @throws NightscoreError MODEL_GOLDEN_INVALID
 */
export async function checkPackageFeatures(
  folder: string,
  name: string,
  { manifest, signature }: Omit<OpenedModel, 'session'>,
): Promise<void> {
  await inPackage(folder, name, (sandbox, file) => plan(sandbox, file, [], manifest, signature))
}

/**
 * Scores a package's Parquet file exactly as a run scores a shard: features by name.
 * @param others names of columns to read beside the features
 * @throws NightscoreError MODEL_GOLDEN_INVALID where the file cannot be read or lacks a feature; MODEL_RUN_FAILED
 */
export async function scorePackageFile(
  folder: string,
  name: string,
  others: readonly string[],
  { session, manifest, signature }: OpenedModel,
): Promise<PackageBatch[]> {
  return inPackage(folder, name, async (sandbox, file) => {
    const scan = await plan(sandbox, file, others, manifest, signature)
    const source = await describeFile(sandbox, file, null)
    const rowEnd = source.rowGroups.reduce((sum, rows) => sum + rows, 0)
    const scorer = new BatchScorer(session, { manifest, signature }, scan)
    const batches: PackageBatch[] = []
    let firstRow = 0
    for await (const batch of scanShard({ sandbox, file: source, rowStart: 0, rowEnd, scan, manifest })) {
      const { rows, predictions, faults } = await scorer.score(batch)
      const columns = scan.carry.map(({ type }, i) => ({ type, data: columnOf(batch, scanColumns.carry(i)) }))
      batches.push({
        firstRow,
        rows: batch.numRows,
        scanned: batch,
        columns,
        scored: rows,
        predictions,
        faults,
      })
      firstRow += batch.numRows
    }
    return batches
  })
}

async function inPackage<T>(
  folder: string,
  name: string,
  work: (sandbox: Sandbox, file: string) => Promise<T>,
): Promise<T> {
  const root = await realpath(folder)
  const sandbox = await openSandbox([root], { threads: 1 })
  try {
    return await work(sandbox, path.join(root, name))
  } catch (error) {
    if (error instanceof NightscoreError && fileErrors.includes(error.code))
      throw new NightscoreError('MODEL_GOLDEN_INVALID', {
        found: `${name}: ${error.facts.found}`,
        expected: error.facts.expected,
        cause: error,
      })
    throw error
  } finally {
    sandbox.close()
  }
}

async function plan(
  sandbox: Sandbox,
  file: string,
  others: readonly string[],
  manifest: ModelManifest,
  signature: ModelSignature,
): ReturnType<typeof planScan> {
  const columns = await describeColumns(sandbox, file)
  const scope = { job: jobOf(others), batch: 'package', signal: new AbortController().signal }
  return planScan(
    { sandbox, relation: parquetRelation(file, { rowNumber: false }), columns, scope },
    manifest,
    signature,
  )
}

async function describeColumns(sandbox: Sandbox, file: string): Promise<{ name: string; type: string }[]> {
  await describeFile(sandbox, file, null) // says what is wrong with a file that DuckDB cannot read
  const rows = await sandbox.rows(`DESCRIBE SELECT * FROM ${parquetRelation(file, { rowNumber: false })}`)
  return rows.map((row) => ({ name: row['column_name'] as string, type: row['column_type'] as string }))
}

/** The job that a package's file amounts to: each feature the column of its name, no key, no where. */
function jobOf(carry: readonly string[]): JobSnapshot {
  const job = jobFileSchema.parse({
    name: 'package',
    model: 'package@1',
    source: { parquet: 'package' },
    key: ['none'],
    sink: { parquet: 'none' },
  })
  return { ...job, key: [], carry: [...carry], folder: '', revision: 1 }
}
