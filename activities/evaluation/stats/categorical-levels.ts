/** A categorical column's bins, frozen from its reference. Slots: a level's place, then OTHER, then UNSEEN. */
export interface CategoricalLevels {
  /** At most 50, most frequent first. */
  readonly levels: readonly string[]
  /** Values of the reference that are no level: they count as OTHER. */
  readonly others: ReadonlySet<string>
  /** The reference's own counts by slot; 0 for UNSEEN. */
  readonly counts: Float64Array
}

/** Counts of one column by slot; rows = sum of slots + missing. */
export interface LevelCounts {
  readonly slots: Float64Array
  missing: number
}

const levelsAtMost = 50

/**
 * Freezes a reference's levels: the 50 values with the highest counts, of equal counts the value that comes first in
 * code-point order (which is the order of UTF-8 bytes, of Python, and not that of JavaScript's `<`); all others are OTHER.
 *
 * Equal to `sorted(counts, key=lambda value: (-counts[value], value))[:50]` of Python, exactly.
 * @param counts value -> rows of the reference, without missing ones; values with no rows are left out
 * @example categoricalLevels(new Map([['b', 2], ['a', 2], ['c', 5]])).levels // ['c', 'a', 'b']
 */
export function categoricalLevels(counts: ReadonlyMap<string, number>): CategoricalLevels {
  const ordered = [...counts].filter(([, count]) => count > 0)
  ordered.sort(([a, na], [b, nb]) => nb - na || compareCodePoints(a, b))
  const top = ordered.slice(0, levelsAtMost)
  const rest = ordered.slice(levelsAtMost)
  const other = rest.reduce((sum, [, count]) => sum + count, 0)
  return {
    levels: top.map(([value]) => value),
    others: new Set(rest.map(([value]) => value)),
    counts: Float64Array.of(...top.map(([, count]) => count), other, 0),
  }
}

/** Negative where a comes before b by code points. Surrogates (of points from U+10000) come after U+E000 to U+FFFF. */
function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i += 1) {
    const [unitA, unitB] = [a.charCodeAt(i), b.charCodeAt(i)]
    if (unitA !== unitB) return inPointOrder(unitA) - inPointOrder(unitB)
  }
  return a.length - b.length
}

function inPointOrder(unit: number): number {
  if (unit < 0xd800) return unit
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800
}

/** Counts of no rows yet. */
export function createLevelCounts({ levels }: CategoricalLevels): LevelCounts {
  return { slots: new Float64Array(levels.length + 2), missing: 0 }
}

/**
 * The slot of each of some values, once for a dictionary: what then counts rows sees integers.
 * @returns as many slots as values
 */
export function levelSlots({ levels, others }: CategoricalLevels, values: readonly string[]): Uint8Array {
  const slots = new Map(levels.map((value, slot) => [value, slot]))
  const [other, unseen] = [levels.length, levels.length + 1]
  return Uint8Array.from(values, (value) => slots.get(value) ?? (others.has(value) ? other : unseen))
}

/**
 * Adds a column's rows.
 * @param codes a row's place in the dictionary, negative where the row is missing
 * @param slotOfCode of levelSlots for that dictionary
 * @throws RangeError for a code beyond the dictionary
 */
export function countLevels(counts: LevelCounts, codes: Int32Array, slotOfCode: Uint8Array): void {
  const rowsOfCode = new Uint32Array(slotOfCode.length)
  for (let row = 0; row < codes.length; row += 1) {
    const code = codes[row]!
    if (code < 0) counts.missing += 1
    else if (code < rowsOfCode.length) rowsOfCode[code]! += 1
    else throw new RangeError(`row ${row} has code ${code}, the dictionary ${slotOfCode.length} values`)
  }
  for (let code = 0; code < rowsOfCode.length; code += 1)
    counts.slots[slotOfCode[code]!]! += rowsOfCode[code]!
}

/**
 * Adds the counts of another part of the rows: the same in any order and any split.
 * @throws RangeError where they are of other levels
 */
export function mergeLevelCounts(into: LevelCounts, from: LevelCounts): void {
  if (into.slots.length !== from.slots.length)
    throw new RangeError(`counts of ${into.slots.length} and ${from.slots.length} slots cannot be merged`)
  for (let slot = 0; slot < into.slots.length; slot += 1) into.slots[slot]! += from.slots[slot]!
  into.missing += from.missing
}
