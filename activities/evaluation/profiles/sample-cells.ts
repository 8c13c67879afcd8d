import { hasValue } from '../stats/number-column'
import { isTextColumn, type ProfileColumn } from './profile-column'

/** One column of sampled rows, in any order. A missing value is 0 and not valid. */
export interface SampleCells {
  readonly name: string
  /** Numbers; of texts the place in the dictionary. */
  readonly values: Float64Array
  readonly valid: Uint8Array
  /** Of texts, ascending by code unit: places compare as texts do, whatever dictionary a part of the rows had. */
  readonly dictionary: readonly string[] | null
}

/**
 * The cells of columns put one after the other.
 * @throws RangeError where some are of texts and others of numbers
 */
export function sampleCells(name: string, parts: readonly ProfileColumn[]): SampleCells {
  const dictionary = parts.some(isTextColumn) ? unionOf(parts) : null
  const places = new Map(dictionary?.map((text, place) => [text, place]))
  const rows = parts.reduce((sum, part) => sum + rowsOf(part), 0)
  const cells = { name, values: new Float64Array(rows), valid: new Uint8Array(rows), dictionary }
  let at = 0
  for (const part of parts) {
    if (rowsOf(part) > 0 && isTextColumn(part) !== (dictionary !== null))
      throw new RangeError(`column ${name} has texts in one sample and numbers in another`)
    fill(cells, at, part, places)
    at += rowsOf(part)
  }
  return cells
}

function rowsOf(column: ProfileColumn): number {
  return isTextColumn(column) ? column.codes.length : column.values.length
}

function unionOf(parts: readonly ProfileColumn[]): string[] {
  return [...new Set(parts.flatMap((part) => (isTextColumn(part) ? part.dictionary : [])))].sort()
}

function fill(
  { values, valid }: SampleCells,
  at: number,
  column: ProfileColumn,
  places: ReadonlyMap<string, number>,
): void {
  if (!isTextColumn(column)) {
    const { validity, bitOffset = 0 } = column
    for (let row = 0; row < column.values.length; row += 1) {
      if (validity !== undefined && !hasValue(validity, bitOffset + row)) continue
      valid[at + row] = 1
      values[at + row] = column.values[row]! + 0 // -0 is 0
    }
    return
  }
  const placeOf = Int32Array.from(column.dictionary, (text) => places.get(text)!)
  for (let row = 0; row < column.codes.length; row += 1) {
    const code = column.codes[row]!
    if (code < 0) continue
    valid[at + row] = 1
    values[at + row] = placeOf[code]!
  }
}

/** Order of two rows by one column: missing comes first, NaN last. */
export function compareCells({ values, valid }: SampleCells, a: number, b: number): number {
  if (valid[a] !== valid[b]) return valid[a]! - valid[b]!
  const [x, y] = [values[a]!, values[b]!]
  if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y))
  return x < y ? -1 : x > y ? 1 : 0
}

/** Some of the rows as a column: numbers without validity where nothing is missing; only the texts that occur in them. */
export function columnOfCells(cells: SampleCells, rows: Uint32Array): ProfileColumn {
  return cells.dictionary === null ? numbersOf(cells, rows) : textsOf(cells, cells.dictionary, rows)
}

function numbersOf({ values, valid }: SampleCells, rows: Uint32Array): ProfileColumn {
  const found = new Float64Array(rows.length)
  const validity = new Uint8Array(Math.ceil(rows.length / 8))
  let present = 0
  for (let row = 0; row < rows.length; row += 1) {
    const from = rows[row]!
    found[row] = values[from]!
    validity[row >> 3]! |= valid[from]! << (row & 7)
    present += valid[from]!
  }
  return { values: found, validity: present === rows.length ? undefined : validity }
}

function textsOf(
  { values, valid }: SampleCells,
  dictionary: readonly string[],
  rows: Uint32Array,
): ProfileColumn {
  const occurs = new Uint8Array(dictionary.length)
  for (let i = 0; i < rows.length; i += 1) if (valid[rows[i]!] === 1) occurs[values[rows[i]!]!] = 1
  const kept = dictionary.filter((_, place) => occurs[place] === 1)
  let code = 0
  const codeOf = Int32Array.from(occurs, (flag) => (flag === 1 ? code++ : -1))
  const codes = new Int32Array(rows.length)
  for (let i = 0; i < rows.length; i += 1) codes[i] = valid[rows[i]!] === 1 ? codeOf[values[rows[i]!]!]! : -1
  return { dictionary: kept, codes }
}
