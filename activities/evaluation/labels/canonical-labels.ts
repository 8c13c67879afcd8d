import { NightscoreError } from '../../../schemas/errors'
import { checkExpressions } from '../../data/check-expressions'
import { duckdbError } from '../../data/duckdb-error'
import { quoteIdentifier } from '../../data/quote-identifier'
import { quotePath, type Sandbox } from '../../data/sandbox'
import { expressionSql } from '../../data/scan-sql'
import type { SourceFile, SourceScope } from '../../data/source'
import { stage } from '../../data/staging'
import type { AccuracyTask } from '../accuracy/labelled-rows'
import { findLabelColumns, type LabelColumns, type LabelNames } from './find-label-columns'
import {
  canonicalKeySql,
  emptyLabelSql,
  keyColumn,
  labelColumn,
  labelForms,
  labelSql,
  labelTypes,
} from './label-sql'

export interface LabelFiles {
  /** Absolute paths of Parquet files, all within `readable`. */
  readonly files: readonly string[]
  /** Folders that they, and the user's condition, may be read from. */
  readonly readable: readonly string[]
  readonly names: LabelNames
  readonly task: AccuracyTask
  /** Row-wise DuckDB SQL of the job: rows for which it is not true are left out. */
  readonly where: string | undefined
  readonly batch: string | null
  /** What they are called in messages. */
  readonly source: string
}

/**
 * Writes labels in one form, whatever they came in: columns key.0 ... and label, rows in order of the keys, so that the same
 * labels are the same file to the byte.
 * @returns the file in a folder of its own below scope.stagingFolder, with its sha256
 * @throws LABELS_INVALID where a column is missing or a value is no label; EXPRESSION_REFUSED for a condition that is not row-wise
 */
export async function canonicalLabels(
  scope: Pick<SourceScope, 'stagingFolder' | 'signal'>,
  given: LabelFiles,
): Promise<SourceFile> {
  if (given.where !== undefined) await checkExpressions([{ name: 'labels.where', sql: given.where }])
  const [file] = await stage(scope, given.readable, async (staging) => {
    const { sandbox } = staging
    try {
      const rows = relation(given)
      const columns = await describe(sandbox, given, scope.signal)
      await refuseOddLabels(sandbox, given, columns, scope.signal)
      const keys = columns.keys.map(
        ({ name, type }, i) =>
          `${canonicalKeySql(quoteIdentifier(name), type)} AS ${quoteIdentifier(keyColumn(i))}`,
      )
      const { name, type } = columns.label
      const label = `CAST(${labelSql(given.task, quoteIdentifier(name), type)!} AS ${labelTypes[given.task]})`
      const select = `SELECT ${keys.join(', ')}, ${label} AS ${labelColumn} FROM ${rows} ORDER BY ALL`
      const bound = async (sql: string): Promise<void> =>
        sandbox.using(async (connection) => {
          const prepared = await connection.prepare(sql)
          if (prepared.parameterCount > 0) prepared.bind({ batch: given.batch })
          await prepared.run()
        }, scope.signal)
      return [await staging.write(select, bound)]
    } catch (error) {
      scope.signal.throwIfAborted()
      throw error instanceof NightscoreError ? error : unreadable(given, error)
    }
  })
  return file!
}

function relation({ files, where }: LabelFiles): string {
  // hive folder names are columns, always text, as in sources
  const read = `read_parquet([${files.map(quotePath).join(', ')}], hive_partitioning = true, hive_types_autocast = false, union_by_name = true)`
  const condition = where === undefined ? '' : ` WHERE ${expressionSql(where)}`
  return `(SELECT * FROM (FROM ${read}) AS source${condition}) AS labels`
}

async function describe(sandbox: Sandbox, given: LabelFiles, signal: AbortSignal): Promise<LabelColumns> {
  const rows = await sandbox.rows(`DESCRIBE SELECT * FROM ${relation({ ...given, where: undefined })}`, {
    signal,
  })
  const columns = rows.map((row) => ({ name: String(row['column_name']), type: String(row['column_type']) }))
  return findLabelColumns(columns, given.names, given.task, given.source)
}

async function refuseOddLabels(
  sandbox: Sandbox,
  given: LabelFiles,
  { keys, label: { name, type } }: LabelColumns,
  signal: AbortSignal,
): Promise<void> {
  const x = quoteIdentifier(name)
  const odd = `(${labelSql(given.task, x, type)!}) IS NULL AND NOT ${emptyLabelSql(x, type)}`
  const key = keys.map((column) => `${quoteIdentifier(column.name)}::VARCHAR`).join(', ')
  const [found] = await sandbox.rows(
    `SELECT count(*) AS "count", any_value(${x}::VARCHAR) AS value, any_value(concat_ws(', ', ${key})) AS key FROM ${relation(given)} WHERE ${odd}`,
    { ...(given.batch === null ? {} : { batch: given.batch }), signal },
  )
  const count = Number(found?.['count'] ?? 0)
  if (count > 0)
    throw new NightscoreError('LABELS_INVALID', {
      found: `${count} rows of ${given.source} with a value such as ${JSON.stringify(found?.['value'])} in "${name}" (key ${String(found?.['key'])})`,
      expected: `${labelForms[given.task]}, for a ${given.task} model, or null for no label`,
    })
}

function unreadable(given: LabelFiles, cause: unknown): NightscoreError {
  const { message } = duckdbError(cause)
  return new NightscoreError('LABELS_INVALID', {
    found: `${given.source}: ${message}`,
    expected: given.where === undefined ? 'rows that can be read' : `rows to which "${given.where}" applies`,
    cause,
  })
}
