import type { NumberColumn } from '../stats/number-column'

/** A column of texts as a dictionary holds it. */
export interface TextColumn {
  readonly dictionary: readonly string[]
  /** A row's place in the dictionary, negative where the row is missing. */
  readonly codes: Int32Array
}

/** What is profiled: numbers, or texts that are categories. Free text becomes numbers by utf8Lengths, lists by listLengths. */
export type ProfileColumn = NumberColumn | TextColumn

/** Columns of the same rows by name; all have the same length. */
export type ProfileColumns = ReadonlyMap<string, ProfileColumn>

export function isTextColumn(column: ProfileColumn): column is TextColumn {
  return 'codes' in column
}

/**
 * The number of rows that some columns have in common; 0 for no columns.
 * @throws RangeError where they differ
 */
export function rowCountOf(columns: ProfileColumns): number {
  let rows: number | undefined
  for (const [name, column] of columns) {
    const found = isTextColumn(column) ? column.codes.length : column.values.length
    rows ??= found
    if (found !== rows) throw new RangeError(`column ${name} has ${found} rows, the first one ${rows}`)
  }
  return rows ?? 0
}
