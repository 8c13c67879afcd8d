import type { ColumnType } from '../../../schemas/column'
import type { AccuracyTask } from '../accuracy/labelled-rows'

type Kind = 'boolean' | 'integer' | 'decimal' | 'float' | 'text' | 'other'

const integers = 'TINYINT SMALLINT INTEGER BIGINT UTINYINT USMALLINT UINTEGER'.split(' ')
const kept = ['DATE', 'TIME', 'TIMESTAMP', 'TIMESTAMP WITH TIME ZONE', 'BLOB']

/** @param type as DuckDB prints it */
function kindOf(type: string): Kind {
  if (type === 'BOOLEAN') return 'boolean'
  if (integers.includes(type)) return 'integer'
  if (['UBIGINT', 'HUGEINT', 'UHUGEINT'].includes(type) || type.startsWith('DECIMAL(')) return 'decimal'
  if (type === 'FLOAT' || type === 'DOUBLE') return 'float'
  if (['VARCHAR', 'JSON', 'UUID', '"NULL"'].includes(type) || type.startsWith('ENUM(')) return 'text'
  return 'other'
}

/** The DuckDB type that a task's labels are kept in. */
export const labelTypes: Readonly<Record<AccuracyTask, string>> = {
  binary: 'BOOLEAN',
  multiclass: 'VARCHAR',
  regression: 'DOUBLE',
}

/** What a task takes as its label, for people. */
export const labelForms: Readonly<Record<AccuracyTask, string>> = {
  binary: 'true or false, 1 or 0, or these as text',
  multiclass: 'the text of a class',
  regression: 'a number',
}

/** The columns of a kept file of labels. */
export const labelColumn = 'label'
export const keyColumn = (i: number): string => `key.${i}`

/**
 * SQL of a label in its task's type: null where the value is no label of the task, and for NaN.
 * - binary: boolean; numbers 0 and 1; the texts true, false, 1 and 0, in capitals too.
 * - multiclass: text; a whole float as an integer, since pandas makes 1.0 of 1 where a label is missing.
 * - regression: a number, or text that is one.
 * @param x SQL of the value
 * @param type its DuckDB type
 * @returns null where no value of the type can be a label
 */
export function labelSql(task: AccuracyTask, x: string, type: string): string | null {
  const kind = kindOf(type)
  if (kind === 'other') return null
  switch (task) {
    case 'binary':
      if (kind === 'boolean') return x
      return kind === 'text'
        ? `CASE lower(trim(CAST(${x} AS VARCHAR))) WHEN 'true' THEN true WHEN '1' THEN true WHEN 'false' THEN false WHEN '0' THEN false END`
        : `CASE ${x} WHEN 1 THEN true WHEN 0 THEN false END`
    case 'multiclass':
      return kind === 'float'
        ? `CASE WHEN isnan(${x}) THEN NULL WHEN ${x} = trunc(${x}) AND abs(${x}) < 1e15 THEN CAST(CAST(${x} AS BIGINT) AS VARCHAR) ELSE CAST(${x} AS VARCHAR) END`
        : `CAST(${x} AS VARCHAR)`
    case 'regression':
      if (kind === 'boolean') return null
      return `CASE WHEN NOT isnan(TRY_CAST(${x} AS DOUBLE)) THEN TRY_CAST(${x} AS DOUBLE) END`
  }
}

/** SQL that is true where a value says nothing: null, and NaN. */
export function emptyLabelSql(x: string, type: string): string {
  return kindOf(type) === 'float' ? `(${x} IS NULL OR isnan(${x}))` : `(${x} IS NULL)`
}

/** SQL of a key in one form, whatever file it came in: whole numbers as BIGINT, times as they are, all else as text. */
export function canonicalKeySql(x: string, type: string): string {
  const kind = kindOf(type)
  if (kind === 'integer') return `CAST(${x} AS BIGINT)`
  if (kind === 'float') return `CAST(${x} AS DOUBLE)`
  return kind === 'boolean' || kept.includes(type) ? x : `CAST(${x} AS VARCHAR)`
}

/** Key columns of floats and texts by the DuckDB type that both sides are compared in; null: text. */
const joinTypes: Partial<Record<ColumnType, string>> = {
  boolean: 'BOOLEAN',
  real: 'FLOAT',
  'double precision': 'DOUBLE',
  date: 'DATE',
  time: 'TIME',
  timestamp: 'TIMESTAMP',
  timestamptz: 'TIMESTAMP WITH TIME ZONE',
  bytea: 'BLOB',
}

/**
 * SQL of a key in the type that predictions have it in, so that both sides hash alike. null where it is no value of that type:
 * such a key is unknown.
 * @param wanted the prediction's key column
 * @param x SQL of the value
 * @param type its DuckDB type
 */
export function joinKeySql(wanted: ColumnType, x: string, type: string): string {
  const kind = kindOf(type)
  if (wanted === 'smallint' || wanted === 'integer' || wanted === 'bigint') {
    if (kind === 'integer') return `CAST(${x} AS BIGINT)`
    // a cast would round fractions: another key
    if (kind === 'float' || kind === 'decimal')
      return `CASE WHEN ${x} = trunc(${x}) THEN TRY_CAST(${x} AS BIGINT) END`
    const text = `trim(CAST(${x} AS VARCHAR))`
    return `CASE WHEN regexp_full_match(${text}, '[+-]?[0-9]+(\\.0*)?') THEN TRY_CAST(${text} AS BIGINT) END`
  }
  if (wanted === 'numeric') {
    const text = `CAST(${x} AS VARCHAR)`
    // 12.50 and 12.5 are one number, as are .5 and 0.5
    return `regexp_replace(regexp_replace(CASE WHEN contains(${text}, '.') THEN rtrim(rtrim(${text}, '0'), '.') ELSE ${text} END, '^(-?)\\.', '\\10.'), '^\\+', '')`
  }
  if (wanted === 'uuid') return `lower(CAST(${x} AS VARCHAR))`
  const joined = joinTypes[wanted]
  return joined === undefined ? `CAST(${x} AS VARCHAR)` : `TRY_CAST(${x} AS ${joined})`
}
