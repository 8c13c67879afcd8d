import type { Column } from '../../../schemas/column'
import type { ComparedModel, Tolerance } from './comparison-task'

/** SQL over a pair file's row: what the outputs of two raw models differ by. */
export interface RawPairsSql {
  /** DOUBLE: the largest difference of their numbers, with its sign; NaN where only one of them is finite. */
  readonly difference: string
  /** BOOLEAN: a number is beyond the tolerance, or a list has another length. */
  readonly beyond: string
  /** BOOLEAN: what is no number differs. */
  readonly flipped: string
}

const numeric = ['real', 'double precision', 'smallint', 'integer', 'bigint']

/**
 * Outputs of the same name are compared, number by number where both have numbers, else as they are; an output that only one
 * model has is beyond any tolerance.
 */
export function rawPairsSql(
  champion: Pick<ComparedModel, 'columns'>,
  challenger: Pick<ComparedModel, 'columns'>,
  { rtol, atol }: Tolerance,
): RawPairsSql {
  const shared = champion.columns.flatMap((column, i) => {
    const at = challenger.columns.findIndex(({ name }) => name === column.name)
    const other = challenger.columns[at]
    return other === undefined ? [] : [{ a: `a${i}`, b: `b${at}`, column, other }]
  })
  const numbers = shared.filter(({ column, other }) => isNumeric(column) && isNumeric(other))
  const others = shared.filter((one) => !numbers.includes(one))
  const lacking = shared.length < Math.max(champion.columns.length, challenger.columns.length)
  const flips = others.map(({ a, b }) => `CAST(${a} AS VARCHAR) IS DISTINCT FROM CAST(${b} AS VARCHAR)`)
  const flipped = flips.length === 0 ? 'false' : `(${flips.join(' OR ')})`
  if (numbers.length === 0) return { difference: '0', beyond: String(lacking), flipped }
  const list = (side: 'a' | 'b'): string =>
    `list_concat(${numbers.map((one) => doubles(one[side], side === 'a' ? one.column : one.other)).join(', ')})`
  // a null beside a number: one list is longer
  const pairs = `list_zip(${list('a')}, ${list('b')})`
  const same = '(p[1] = p[2])' // in DuckDB NaN equals NaN
  const finite = '(isfinite(p[1]) AND isfinite(p[2]))'
  const differences = `list_transform(${pairs}, lambda p: CASE WHEN ${same} THEN 0 WHEN ${finite} THEN p[2] - p[1] ELSE 'nan'::DOUBLE END)`
  const beyond = `list_bool_or(list_transform(${pairs}, lambda p: NOT coalesce(${same} OR (${finite} AND abs(p[2] - p[1]) <= ${atol}::DOUBLE + ${rtol}::DOUBLE * abs(p[1])), false)))`
  return {
    // written out, not a subquery: DuckDB would make a join of that, and hold all rows' outputs
    difference: `(CASE WHEN list_max(${differences}) >= -list_min(${differences}) THEN list_max(${differences}) ELSE list_min(${differences}) END)`,
    beyond: `(${String(lacking)} OR coalesce(${beyond}, false))`,
    flipped,
  }
}

function isNumeric({ type }: Column): boolean {
  return numeric.includes(type.replace('[]', ''))
}

function doubles(name: string, { type }: Column): string {
  return type.endsWith('[]') ? `CAST(${name} AS DOUBLE[])` : `[CAST(${name} AS DOUBLE)]`
}
