import { NightscoreError } from '../../../schemas/errors'
import { quoteIdentifier, quoteLiteral } from '../../data/quote-identifier'
import { quotePath, type Sandbox } from '../../data/sandbox'
import { fileSha256 } from '../../data/source-file'
import type { SegmentColumn } from '../accuracy/evaluate-accuracy'
import { labelResolver } from '../accuracy/resolve-labels'
import { arrivedLabels } from '../labels/arrived-labels'
import { joinKeySql } from '../labels/label-sql'
import { readTypedColumns } from '../labels/read-typed-columns'
import { columnTypes, hashSql } from '../labels/scored-rows'
import { ComparedRowsBuilder, type ComparedRows } from './compared-rows'
import { classesOf, type ComparedBatch, type ComparedFile, type ComparisonTask } from './comparison-task'
import { LargestDifferences, type DifferingRow } from './largest-differences'
import { pairReader } from './pair-readers'

/** Rows that are told one by one. */
const differingRowsAtMost = 50
/** Fewer rows make no segment; more values of a column than this, by rows, are left out. */
const segmentRowsAtLeast = 200
const segmentValuesAtMost = 50

/**
 * Reads the pair files of all batches, joins the labels, and keeps what figures are made of: some 40 bytes a row that both models
 * scored, whatever the models' outputs.
 * @throws STORE_CORRUPT where a file is not what the shard wrote; LABELS_INVALID
 */
export async function readPairs(
  sandbox: Sandbox,
  task: ComparisonTask,
  throwIfStopped: () => void,
): Promise<{ readonly rows: ComparedRows; readonly differing: readonly DifferingRow[] }> {
  const files = task.batches.flatMap((batch) => batch.files)
  for (const file of files) await checkFile(file)
  const segments = files.length === 0 ? [] : await segmentsOf(sandbox, task, files)
  const builder = new ComparedRowsBuilder(rowsOf(files), segments)
  const differing = new LargestDifferences(differingRowsAtMost)
  const read = pairReader(task)
  for (const [at, batch] of task.batches.entries()) {
    if (batch.files.length === 0) continue
    const labels = await labelsOf(sandbox, task, batch, throwIfStopped)
    let row = 0
    for await (const block of read(sandbox, relationOf(batch.files), {
      labels,
      segments: segments.map(({ sql }) => sql),
    })) {
      throwIfStopped()
      builder.add(block)
      differing.add(block, at, row)
      row += block.present.length
    }
  }
  return { rows: builder.rows(), differing: differing.rows() }
}

/** The rows of pair files, one file after the other. */
export function relationOf(files: readonly Pick<ComparedFile, 'path'>[]): string {
  return `read_parquet([${files.map(({ path }) => quotePath(path)).join(', ')}], hive_partitioning = false)`
}

async function checkFile({ path, sha256 }: ComparedFile): Promise<void> {
  const found = await fileSha256(path).catch((error: unknown) => String(error))
  if (found !== sha256)
    throw new NightscoreError('STORE_CORRUPT', {
      found: `${path} with sha256 ${found}`,
      expected: sha256,
      fix: 'Score the batch again with its shadow.',
    })
}

const rowsOf = (files: readonly ComparedFile[]): number => files.reduce((sum, { rows }) => sum + rows, 0)

/** The label of each row of the batch's files, NaN without. */
async function labelsOf(
  sandbox: Sandbox,
  task: ComparisonTask,
  { files, arrivals }: ComparedBatch,
  throwIfStopped: () => void,
): Promise<Float64Array> {
  const none = new Float64Array(rowsOf(files)).fill(NaN)
  if (arrivals.length === 0 || task.task === 'raw') return none
  const relation = relationOf(files)
  const types = await columnTypes(sandbox, relation)
  const keys = task.keys.map(({ type }, i) =>
    joinKeySql(type, quoteIdentifier(`k${i}`), types.get(`k${i}`) ?? 'VARCHAR'),
  )
  const { hashes } = await readTypedColumns(sandbox, relation, {
    hashes: { sql: hashSql(keys), type: 'UBIGINT' },
  })
  const resolver = labelResolver.create(hashes)
  const wanted = { task: task.task, classes: classesOf(task), predictions: { keys: task.keys }, arrivals }
  for await (const arrived of arrivedLabels(sandbox, wanted, hashes)) {
    throwIfStopped()
    labelResolver.add(resolver, arrived)
  }
  const { labels } = labelResolver.extract(resolver)
  // a class that neither model knows is no label to judge by
  return task.task === 'multiclass' ? labels.map((label) => (label < 0 ? NaN : label)) : labels
}

type SegmentSql = Omit<SegmentColumn, 'codes'> & { readonly sql: string }

/** The values of each segment column that have rows enough over all batches, and SQL of their positions. */
async function segmentsOf(
  sandbox: Sandbox,
  { segments }: ComparisonTask,
  files: readonly ComparedFile[],
): Promise<SegmentSql[]> {
  const found: SegmentSql[] = []
  for (const [i, column] of segments.entries()) {
    const text = `CAST(s${i} AS VARCHAR)`
    const rows = await sandbox.rows(
      `SELECT ${text} AS value FROM ${relationOf(files)} WHERE s${i} IS NOT NULL AND a0 IS NOT NULL AND b0 IS NOT NULL
       GROUP BY 1 HAVING count(*) >= ${segmentRowsAtLeast} ORDER BY count(*) DESC, 1 LIMIT ${segmentValuesAtMost}`,
    )
    const values = rows.map((row) => String(row['value'])).sort()
    const known = `TRY_CAST(${text} AS ENUM(${values.map(quoteLiteral).join(', ')}))`
    const sql = values.length === 0 ? '-1' : `coalesce(CAST(enum_code(${known}) AS INTEGER), -1)`
    found.push({ column, values, sql })
  }
  return found
}
