import { quoteIdentifier, quoteLiteral } from '../../data/quote-identifier'
import { quotePath, type Sandbox } from '../../data/sandbox'
import type { SegmentColumn } from '../accuracy/evaluate-accuracy'
import type { AccuracyTask, RowsByTask } from '../accuracy/labelled-rows'
import type { EvaluationTask } from './evaluation-task'
import { joinKeySql } from './label-sql'
import { readTypedColumns } from './read-typed-columns'

/** Rows of a task before any label is there. */
export type Forecasts<T extends AccuracyTask> = T extends AccuracyTask ? Omit<RowsByTask[T], 'labels'> : never

/** A published run's predictions as typed arrays; all of the same rows. */
export interface ScoredRows<T extends AccuracyTask = AccuracyTask> {
  readonly hashes: BigUint64Array
  /** Score, or the prediction of a regression: what coverage is told by. */
  readonly scores: Float64Array
  readonly forecasts: Forecasts<T>
  readonly segments: readonly SegmentColumn[]
}

/** Fewer rows make no segment; more values of a column than this, by rows, are left out. */
const segmentRowsAtLeast = 200
const segmentValuesAtMost = 50

/** Reads the predictions of a run. Null and NaN scores are NaN. */
export async function readScoredRows(
  sandbox: Sandbox,
  {
    task,
    classes,
    predictions,
    segments,
  }: Pick<EvaluationTask, 'task' | 'classes' | 'predictions' | 'segments'>,
): Promise<ScoredRows> {
  // a folder batch=2013-07-04 on the way is no column
  const relation = `read_parquet([${predictions.files.map(quotePath).join(', ')}], hive_partitioning = false)`
  const types = await columnTypes(sandbox, relation)
  const keys = predictions.keys.map(({ name, type }) =>
    joinKeySql(type, quoteIdentifier(name), types.get(name) ?? 'VARCHAR'),
  )
  const hashed = { hashes: { sql: hashSql(keys), type: 'UBIGINT' } } as const
  const read = async (): Promise<Omit<ScoredRows, 'segments'>> => {
    switch (task) {
      case 'binary': {
        const { hashes, scores, decisions } = await readTypedColumns(sandbox, relation, {
          ...hashed,
          scores: { sql: number('score'), type: 'DOUBLE' },
          decisions: { sql: 'coalesce(label, false)', type: 'UTINYINT' },
        })
        return { hashes, scores, forecasts: { scores, decisions } }
      }
      case 'multiclass': {
        const size = classes.length
        const { hashes, scores, probabilities } = await readTypedColumns(sandbox, relation, {
          ...hashed,
          scores: { sql: number('score'), type: 'DOUBLE' },
          probabilities: { sql: 'probabilities', type: 'DOUBLE', size },
        })
        return { hashes, scores, forecasts: { probabilities, classes } }
      }
      case 'regression': {
        const { hashes, predictions: scores } = await readTypedColumns(sandbox, relation, {
          ...hashed,
          predictions: { sql: number('prediction'), type: 'DOUBLE' },
        })
        return { hashes, scores, forecasts: { predictions: scores } }
      }
    }
  }
  const found = await read()
  const cut: SegmentColumn[] = []
  for (const column of segments)
    if (types.has(column)) cut.push(await readSegments(sandbox, relation, column, found.scores.length))
  return { ...found, segments: cut }
}

/** A hash of a row's key, in columns that have been brought to one type. */
export function hashSql(keys: readonly string[]): string {
  return `hash(${keys.join(', ')})`
}

/** Columns of a relation and their DuckDB types. */
export async function columnTypes(sandbox: Sandbox, relation: string): Promise<Map<string, string>> {
  const rows = await sandbox.rows(`DESCRIBE SELECT * FROM ${relation}`)
  return new Map(rows.map((row) => [String(row['column_name']), String(row['column_type'])]))
}

const number = (column: string): string => `coalesce(CAST(${column} AS DOUBLE), 'nan'::DOUBLE)`

async function readSegments(
  sandbox: Sandbox,
  relation: string,
  column: string,
  rows: number,
): Promise<SegmentColumn> {
  const text = `CAST(${quoteIdentifier(column)} AS VARCHAR)`
  const found = await sandbox.rows(
    `SELECT ${text} AS value FROM ${relation} WHERE ${text} IS NOT NULL
     GROUP BY 1 HAVING count(*) >= ${segmentRowsAtLeast} ORDER BY count(*) DESC, 1 LIMIT ${segmentValuesAtMost}`,
  )
  const values = found.map((row) => String(row['value'])).sort()
  if (values.length === 0) return { column, codes: new Int32Array(rows).fill(-1), values }
  const known = `TRY_CAST(${text} AS ENUM(${values.map(quoteLiteral).join(', ')}))`
  const { codes } = await readTypedColumns(sandbox, relation, {
    codes: { sql: `coalesce(CAST(enum_code(${known}) AS INTEGER), -1)`, type: 'INTEGER' },
  })
  return { column, codes, values }
}
