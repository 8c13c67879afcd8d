import { categoricalLevels, type CategoricalLevels } from '../stats/categorical-levels'
import { numericEdges } from '../stats/numeric-edges'
import { finiteValues } from './finite-values'
import { isTextColumn, type ProfileColumn, type TextColumn } from './profile-column'

/** How a column's values fall into bins, frozen from its reference. */
export type ColumnBins =
  | { readonly kind: 'numeric'; readonly edges: Float64Array }
  | {
      readonly kind: 'categorical'
      /** Levels of numbers are their decimal text. */
      readonly of: 'number' | 'text'
      readonly levels: CategoricalLevels
    }

/** With so few values, deciles repeat and say less than the values themselves. */
const distinctAtMost = 20

/**
 * Freezes the bins of a reference column. Texts are categorical; numbers are, where they have 20 distinct finite values or
 * fewer (none at all too), else numeric by deciles.
 * @param sorted the column's finite values where they are sorted already
 * @example columnBins({ values: Float64Array.of(1, 2, 2) }) // categorical of numbers, levels '2' and '1'
 */
export function columnBins(column: ProfileColumn, sorted?: Float64Array): ColumnBins {
  if (isTextColumn(column))
    return { kind: 'categorical', of: 'text', levels: categoricalLevels(countTexts(column)) }
  const values = sorted ?? finiteValues(column)
  const counts = countDistinct(values)
  return counts === null
    ? { kind: 'numeric', edges: numericEdges(values) }
    : { kind: 'categorical', of: 'number', levels: categoricalLevels(counts) }
}

function countTexts({ dictionary, codes }: TextColumn): Map<string, number> {
  const rowsOfCode = new Float64Array(dictionary.length)
  for (let row = 0; row < codes.length; row += 1) {
    const code = codes[row]!
    if (code >= dictionary.length)
      throw new RangeError(`row ${row} has code ${code}, the dictionary ${dictionary.length} values`)
    if (code >= 0) rowsOfCode[code]! += 1
  }
  const counts = new Map<string, number>()
  dictionary.forEach((value, code) => counts.set(value, (counts.get(value) ?? 0) + rowsOfCode[code]!))
  return counts
}

/** null for over 20 distinct values. */
function countDistinct(sorted: Float64Array): Map<string, number> | null {
  const counts = new Map<string, number>()
  for (let i = 0; i < sorted.length;) {
    if (counts.size === distinctAtMost) return null
    const start = i
    while (i < sorted.length && sorted[i] === sorted[start]) i += 1
    counts.set(String(sorted[start]), i - start)
  }
  return counts
}
