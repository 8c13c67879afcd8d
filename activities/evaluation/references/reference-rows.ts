import { parseProfileKey } from '../profiles/profile-key'
import type { ReferenceColumn, ReferenceProfile } from '../profiles/reference-profile'
import { extractMoments } from '../stats/moments'

/** A row of nightscore.reference_column, as JSON: what is not finite is null there. */
export interface ReferenceRow {
  readonly scope: string
  readonly column_name: string
  readonly kind: 'numeric' | 'categorical'
  readonly rows: number
  readonly missing: number
  readonly not_a_number: number
  readonly infinite: number
  readonly out_of_range: number
  readonly mean: number | null
  readonly sd: number | null
  readonly min: number | null
  readonly max: number | null
  readonly bins: readonly (number | string)[]
  readonly counts: readonly number[]
}

/** A reference's columns for people. */
export function referenceRows({ rows, columns }: ReferenceProfile): ReferenceRow[] {
  return [...columns].map(([key, column]) => {
    const { scope, column: name } = parseProfileKey(key)
    return { scope, column_name: withoutNul(name), rows, ...rowOf(column) }
  })
}

function rowOf({ bins, counts }: ReferenceColumn): Omit<ReferenceRow, 'scope' | 'column_name' | 'rows'> {
  const { mean, sd, min, max } = extractMoments(counts.moments)
  return {
    kind: bins.kind,
    missing: counts.missing,
    not_a_number: counts.nan,
    infinite: counts.plusInfinity + counts.minusInfinity,
    out_of_range: counts.outOfRange,
    mean: finite(mean),
    sd: finite(sd),
    min,
    max,
    bins: bins.kind === 'numeric' ? [...bins.edges] : bins.levels.levels.map(withoutNul),
    counts: [...counts.bins],
  }
}

/** Values beyond 1e150 overflow their moments. */
function finite(value: number | null): number | null {
  return Number.isFinite(value) ? value : null
}

/** Postgres takes no NUL in text. */
function withoutNul(text: string): string {
  return text.replaceAll('\0', '\ufffd')
}
