import { categoricalLevels } from '../stats/categorical-levels'
import type { ColumnBins } from './column-bins'
import { finiteValues } from './finite-values'
import { isTextColumn, type ProfileColumn } from './profile-column'
import type { RowSample } from './row-sample'

/**
 * Values of a sampled column that its reference does not have, neither as levels nor among OTHER: most frequent first, of
 * equal counts by code point.
 * @param bins of the reference; numeric ones know no values, so none is unseen
 * @param limit values at most, up to 50
 * @returns value (of numbers their decimal text) -> rows of the sample
 */
export function unseenValues(
  { columns }: RowSample,
  column: string,
  bins: ColumnBins,
  limit = 10,
): ReadonlyMap<string, number> {
  const sampled = columns.get(column)
  if (sampled === undefined || bins.kind === 'numeric') return new Map()
  const seen = new Set([...bins.levels.levels, ...bins.levels.others])
  const unseen = new Map<string, number>()
  for (const [value, rows] of countValues(sampled)) if (!seen.has(value)) unseen.set(value, rows)
  return new Map(
    categoricalLevels(unseen)
      .levels.slice(0, limit)
      .map((value) => [value, unseen.get(value)!]),
  )
}

function countValues(column: ProfileColumn): Map<string, number> {
  const counts = new Map<string, number>()
  const add = (value: string): unknown => counts.set(value, (counts.get(value) ?? 0) + 1)
  if (!isTextColumn(column)) finiteValues(column).forEach((value) => add(String(value)))
  else for (const code of column.codes) if (code >= 0) add(column.dictionary[code]!)
  return counts
}
