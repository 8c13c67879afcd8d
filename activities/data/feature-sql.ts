import { NightscoreError } from '../../schemas/errors'
import type { ElementType, ModelFeature } from '../../schemas/model-manifest'
import { quoteLiteral } from './quote-identifier'
import type { PlannedFeature } from './scan-plan'

/** The SQL that reads one feature; see scanColumns for the columns' Arrow forms. */
export interface FeatureSql {
  readonly value: string
  /** Only for categories of a text tensor. */
  readonly code: string | null
  /** Only for categories of other tensors: the value where it is none of the categories. */
  readonly other?: string
  /** True where a value is present and cannot be converted; null where that cannot happen. */
  readonly bad: string | null
}

type Kind = 'boolean' | 'integer' | 'wide' | 'float' | 'text' | 'other'

const integers = ['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'UTINYINT', 'USMALLINT', 'UINTEGER']
const fitsInt32 = ['TINYINT', 'SMALLINT', 'INTEGER', 'UTINYINT', 'USMALLINT']

function kindOf(type: string): Kind {
  if (type === 'BOOLEAN') return 'boolean'
  if (integers.includes(type) || type === '"NULL"') return 'integer'
  if (['UBIGINT', 'HUGEINT', 'UHUGEINT'].includes(type) || type.startsWith('DECIMAL(')) return 'wide'
  if (type === 'FLOAT' || type === 'DOUBLE') return 'float'
  if (type === 'VARCHAR' || type === 'JSON' || type.startsWith('ENUM(')) return 'text'
  return 'other'
}

const intTypes: Partial<Record<ElementType, string>> = { int64: 'BIGINT', int32: 'INTEGER' }

/**
 * Conversion of a feature to its tensor's element type, in SQL that never fails; `x` is the SQL name of the column that
 * holds the expression's value. The rules:
 *
 * - number to a float tensor: every number converts, rounded to the nearest; a DOUBLE beyond float32 becomes Inf, as
 *   numpy's astype does (so the model's rule for infinite values applies). Text that is no number is bad.
 * - number to an integer tensor: a fraction, an infinity or a number out of range is bad, never rounded; NaN is missing.
 * - boolean: true/false, 0/1 or DuckDB's words for them; any other number is bad.
 * - category: compared as text (numbers as DuckDB prints them: 1, 1.0); a float's NaN is missing.
 * - list: bad with another length, or with an element that cannot be converted; a null element stays null.
 */
export function featureSql(
  feature: ModelFeature,
  x: string,
  { elementType, sourceType }: Pick<PlannedFeature, 'elementType' | 'sourceType'>,
): FeatureSql {
  const kind = kindOf(sourceType)
  if ((elementType === 'string') !== takesText(feature, elementType)) throw wrongTensor(feature, elementType)
  switch (feature.type) {
    case 'number':
      if (kind === 'other') throw unsupported(feature, sourceType, 'a number, a boolean or text')
      return elementType === 'bool' ? toBoolean(x, kind) : toNumber(x, kind, sourceType, elementType)
    case 'boolean': {
      if (kind === 'other') throw unsupported(feature, sourceType, 'a boolean, a number or text')
      const boolean = toBoolean(x, kind)
      // typed arrays convert 0 and 1 to every number but bigint
      return elementType === 'int64' ? { ...boolean, value: `CAST(${boolean.value} AS BIGINT)` } : boolean
    }
    case 'text':
      if (sourceType === 'BLOB') throw unsupported(feature, sourceType, 'text, or what prints as text')
      return { value: `CAST(${x} AS VARCHAR)`, code: null, bad: null }
    case 'category': {
      if (sourceType === 'BLOB') throw unsupported(feature, sourceType, 'text, or what prints as text')
      const text = kind === 'text' ? `CAST(${x} AS VARCHAR)` : `CAST(${withoutNaN(x, kind)} AS VARCHAR)`
      const known = `TRY_CAST(${text} AS ENUM(${feature.categories.map(quoteLiteral).join(', ')}))`
      const code = `CASE WHEN ${text} IS NOT NULL THEN coalesce(CAST(enum_code(${known}) AS INTEGER), -1) END`
      return elementType === 'string'
        ? { value: text, code, bad: null }
        : { value: code, code: null, bad: null, other: `CASE WHEN ${known} IS NULL THEN ${text} END` }
    }
    case 'list':
      return toList(x, feature, sourceType, elementType)
  }
}

function toNumber(x: string, kind: Kind, sourceType: string, elementType: ElementType): FeatureSql {
  const integer = intTypes[elementType]
  if (integer === undefined) {
    if (kind === 'text')
      return { value: `TRY_CAST(${x} AS DOUBLE)`, code: null, bad: failed(x, `TRY_CAST(${x} AS DOUBLE)`) }
    // FLOAT, DOUBLE, BOOLEAN and small integers are copied as they are and converted by the typed array (numpy's rules)
    const direct = kind === 'float' || kind === 'boolean' || fitsInt32.includes(sourceType)
    const target = kind === 'wide' || elementType === 'float64' ? 'DOUBLE' : 'FLOAT'
    return { value: direct ? x : `CAST(${x} AS ${target})`, code: null, bad: null }
  }
  if (kind === 'boolean' || fitsInt32.includes(sourceType) || (integer === 'BIGINT' && kind === 'integer'))
    return { value: `CAST(${x} AS ${integer})`, code: null, bad: null }
  if (kind === 'integer') {
    const value = `TRY_CAST(${x} AS ${integer})`
    return { value, code: null, bad: failed(x, value) }
  }
  const number = kind === 'text' ? `TRY_CAST(${x} AS DOUBLE)` : x
  const value = `CASE WHEN ${number} = trunc(${number}) THEN TRY_CAST(${x} AS ${integer}) END`
  const isNaN = kind === 'wide' ? 'false' : `coalesce(isnan(${number}), false)`
  return { value, code: null, bad: `(${failed(x, value)} AND NOT ${isNaN})` }
}

function toBoolean(x: string, kind: Kind): FeatureSql {
  if (kind === 'boolean') return { value: x, code: null, bad: null }
  const value =
    kind === 'text' ? `TRY_CAST(${x} AS BOOLEAN)` : `CASE ${x} WHEN 0 THEN false WHEN 1 THEN true END`
  return { value, code: null, bad: failed(withoutNaN(x, kind), value) }
}

function toList(
  x: string,
  feature: ModelFeature & { type: 'list' },
  sourceType: string,
  elementType: ElementType,
): FeatureSql {
  if (!/\[\d*\]$/.test(sourceType)) throw unsupported(feature, sourceType, 'a list or array')
  const element = sourceType.replace(/\[\d*\]$/, '')
  const kind = kindOf(element)
  if (kind === 'other' && elementType !== 'string')
    throw unsupported(feature, sourceType, 'a list of numbers')
  const target = {
    float32: 'FLOAT',
    float64: 'DOUBLE',
    int64: 'BIGINT',
    int32: 'INTEGER',
    bool: 'BOOLEAN',
    string: 'VARCHAR',
  }[elementType]
  const { length } = feature
  const asList = `CAST(${x} AS ${element}[])`
  // float lists are narrowed on the way out, like float numbers: a cast would refuse what exceeds float32
  const copied =
    kind === 'float' && (elementType === 'float32' || elementType === 'float64') ? element : target
  // TRY_CAST of a list makes null of an element that it cannot convert, and rounds fractions
  const odd = `TRY_CAST(e AS ${copied}) IS NULL OR TRY_CAST(e AS DOUBLE) <> trunc(TRY_CAST(e AS DOUBLE))`
  const faulty = intTypes[elementType] === undefined ? `TRY_CAST(e AS ${copied}) IS NULL` : odd
  const faultless = `len(list_filter(${asList}, lambda e: e IS NOT NULL AND (${faulty}))) = 0`
  const checked = intTypes[elementType] !== undefined || (kind === 'text' && elementType !== 'string')
  const fitting = `CASE WHEN len(${x}) = ${length}${checked ? ` AND ${faultless}` : ''} THEN ${asList} END`
  const value = `TRY_CAST(${fitting} AS ${copied}[${length}])`
  return { value, code: null, bad: failed(x, value) }
}

function failed(x: string, value: string): string {
  return `(${x} IS NOT NULL AND (${value}) IS NULL)`
}

function withoutNaN(x: string, kind: Kind): string {
  return kind === 'float' ? `CASE WHEN NOT isnan(${x}) THEN ${x} END` : x
}

function takesText(feature: ModelFeature, elementType: ElementType): boolean {
  return (
    feature.type === 'text' ||
    ((feature.type === 'category' || feature.type === 'list') && elementType === 'string')
  )
}

function wrongTensor(feature: ModelFeature, elementType: ElementType): NightscoreError {
  return new NightscoreError('MODEL_SIGNATURE_MISMATCH', {
    found: `the feature "${feature.name}" of type ${feature.type} for a tensor of ${elementType}`,
    expected: feature.type === 'text' ? 'a tensor of string' : 'a tensor of numbers or bool',
  })
}

function unsupported(feature: ModelFeature, sourceType: string, expected: string): NightscoreError {
  return new NightscoreError('COLUMN_TYPE_UNSUPPORTED', {
    found: `type ${sourceType} for the feature "${feature.name}" (${feature.type})`,
    expected,
    fix: `Convert it in the job: features: { ${JSON.stringify(feature.name)}: "..." }.`,
  })
}
