import type { Column, ColumnType } from '../../../schemas/column'
import { NightscoreError } from '../../../schemas/errors'
import type { SinkRun } from './sink'

/** Columns that every predictions table has beside the job's own. */
export const leadingColumns = [
  { name: 'batch', type: 'text' },
  { name: 'revision', type: 'integer' },
] as const satisfies readonly Column[]
export const trailingColumns = [
  { name: 'model_version', type: 'integer' },
  { name: 'run_id', type: 'uuid' },
] as const satisfies readonly Column[]

/** A column of a table. Of one that exists as the catalogue tells it: `type` by format_type(). */
export interface TableColumn {
  readonly name: string
  readonly type: string
  /** Quoted; null: its type's own. */
  readonly collation: string | null
  /** NOT NULL. */
  readonly required: boolean
}

/** What the catalogue says of <table>_all. */
export interface FoundTable {
  /** In order. */
  readonly columns: readonly TableColumn[]
  /** Of its primary key, in order; empty where it has none of its own: see runKey. */
  readonly keyColumns: readonly string[]
}

/** Postgres's own columns of every table, which no table can have a second time. */
const systemColumns = ['tableoid', 'xmin', 'cmin', 'xmax', 'cmax', 'ctid']

/** A primary key has at most 32 columns; batch and revision may be two of them. */
const maxKeyColumns = 30
const maxNameBytes = 63

/** All columns of a new predictions table, in order. */
export function predictionColumns(run: SinkRun): readonly Column[] {
  return [...leadingColumns, ...run.keys, ...run.carry, ...run.predictions, ...trailingColumns]
}

/** The columns of a new <table>_all. batch compares by bytes, so that partition bounds mean the same under every locale. */
export function tableColumns(run: SinkRun): readonly TableColumn[] {
  const required = new Set<Column>([...leadingColumns, ...run.keys, ...trailingColumns])
  return predictionColumns(run).map((column) => ({
    ...column,
    collation: column.name === 'batch' ? '"C"' : null,
    required: required.has(column),
  }))
}

/** What a run's rows differ in, and COPY sends: keys, carried columns, predictions. */
export function sentColumns(run: SinkRun): readonly Column[] {
  return [...run.keys, ...run.carry, ...run.predictions]
}

/**
 * The primary key of a run's table: the job's key, for a partition holds one revision of one batch. Sinks that were made
 * before have a key on <table>_all, which their partitions need whole: batch and revision too. That cost of 5 M rows 2.1 s
 * instead of 1.4 s. The job's key comes first: with batch first, 6 M rows took 7.1 s instead of 2.4 s.
 */
export function runKey(run: SinkRun, { keyColumns }: Pick<FoundTable, 'keyColumns'>): readonly Column[] {
  return keyColumns.length === 0 ? run.keys : [...run.keys, ...leadingColumns]
}

/** The key that runKey is compared with: where <table>_all has none, its columns that are NOT NULL are the job's key. */
function foundKey({ columns, keyColumns }: FoundTable): readonly string[] {
  if (keyColumns.length > 0) return keyColumns
  const own = new Set<string>([...leadingColumns, ...trailingColumns].map(({ name }) => name))
  return columns.filter(({ name, required }) => required && !own.has(name)).map(({ name }) => name)
}

/**
 * Checks the names of a run's columns against each other and against the sink's own.
 * @param ignoreCase for Parquet, whose readers take ID and id for one
 * @throws SINK_INVALID naming the columns
 */
export function checkRunColumns(run: SinkRun, ignoreCase: boolean): void {
  const same = (name: string) => (ignoreCase ? name.toLowerCase() : name)
  const own = [...leadingColumns, ...trailingColumns].map((column) => column.name as string)
  const roles = new Map<string, string>(own.map((name) => [name, 'a column of Nightscore']))
  for (const name of systemColumns) roles.set(name, 'a system column of Postgres')
  const problems: string[] = []
  const groups = [
    ['key column', run.keys],
    ['carried column', run.carry],
    ['prediction', run.predictions],
  ] as const
  for (const [role, columns] of groups)
    for (const { name } of columns) {
      const other = roles.get(same(name))
      if (other !== undefined) problems.push(`${role} "${name}", which is also ${other}`)
      if (Buffer.byteLength(name) > maxNameBytes)
        problems.push(`${role} "${name}" of ${Buffer.byteLength(name)} bytes`)
      roles.set(same(name), `a ${role}`)
    }
  if (problems.length > 0)
    throw new NightscoreError('SINK_INVALID', {
      found: problems.join('; '),
      expected: `column names of at most ${maxNameBytes} bytes, each once, none of ${own.join(', ')}`,
      fix: 'Give the column another name in the source.',
    })
  if (run.keys.length > maxKeyColumns)
    throw new NightscoreError('SINK_INVALID', {
      found: `${run.keys.length} key columns`,
      expected: `at most ${maxKeyColumns}`,
      fix: 'Name fewer key columns.',
    })
}

/**
 * Compares the run with the predictions table that exists, and returns the columns that it lacks.
 * Columns that the run no longer has stay, and are null in its rows.
 * @throws SINK_INVALID naming the columns whose type or part in the key differ
 */
export function missingColumns(run: SinkRun, found: FoundTable): readonly TableColumn[] {
  const types = new Map(found.columns.map((column) => [column.name, column.type]))
  const differing = predictionColumns(run).filter(
    ({ name, type }) => types.has(name) && types.get(name) !== catalogueType(type),
  )
  if (differing.length > 0)
    throw new NightscoreError('SINK_INVALID', {
      found: differing.map(({ name }) => `"${name}" ${types.get(name)}`).join(', '),
      expected: differing.map(({ name, type }) => `"${name}" ${catalogueType(type)}`).join(', '),
    })
  const [wanted, key] = [runKey(run, found).map(({ name }) => name), foundKey(found)]
  if (wanted.join('\0') !== key.join('\0'))
    throw new NightscoreError('SINK_INVALID', {
      found: `a table with the key (${key.join(', ')})`,
      expected: `the job’s key (${wanted.join(', ')})`,
    })
  return tableColumns(run).filter(({ name }) => !types.has(name))
}

const longNames: Partial<Record<ColumnType, string>> = {
  time: 'time without time zone',
  timestamp: 'timestamp without time zone',
  timestamptz: 'timestamp with time zone',
}

/** The type's name as format_type() prints it. */
function catalogueType(type: ColumnType): string {
  return longNames[type] ?? type
}
