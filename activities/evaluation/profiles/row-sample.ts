import {
  bottomKSample,
  createBottomKSample,
  extractBottomKSample,
  type BottomKSample,
} from '../stats/bottom-k-sample'
import { hasValue } from '../stats/number-column'
import { isTextColumn, type ProfileColumn, type ProfileColumns } from './profile-column'
import { columnOfCells, compareCells, sampleCells, type SampleCells } from './sample-cells'

/** The rows of the smallest hashes: what serves a statistic that needs raw values, and a later reference. */
export interface RowSample {
  /** Ascending. */
  readonly hashes: BigUint64Array
  /** By name in code-unit order, a row each in the order of the hashes; a dictionary has the texts that occur, ascending. */
  readonly columns: ProfileColumns
}

/** A sample still being added to. */
export interface RowSampler {
  readonly picked: BottomKSample
  /** Every row that was ever among the smallest, in order of arrival; a column from the batch on that first had it. */
  readonly stores: Map<string, ColumnStore>
  stored: number
}

/** Numbers, or codes of texts: -1 where the row is missing. */
type ColumnStore =
  | { readonly values: number[]; readonly valid: number[] }
  | { readonly codes: number[]; readonly codeOf: Map<string, number> }

/**
 * - `create(k, share)`: keeps at most k rows, of those with hashes under 2^64 x share.
 * - `add(sampler, hashes, columns)`: a batch; a column that is not there, or of the other type than before, is missing in all
 *   its rows. What it does beside comparing hashes it does for the rows kept only: a batch of 5 M rows keeps 1.2 % of them.
 * - `extract(sampler)`: the sample so far.
 * - `merge(samples, k)`: of parts of the rows, the same in any order and any split: rows are ordered by hash and, of equal
 *   hashes, by their values. Throws a RangeError where a sample with rows lacks a column of another, or has it of other type.
 */
export const rowSample = { create, add, extract, merge }

function create(k: number, share: number): RowSampler {
  return { picked: createBottomKSample(k, share), stores: new Map(), stored: 0 }
}

function add(sampler: RowSampler, hashes: BigUint64Array, columns: ProfileColumns): void {
  const rows = candidates(sampler.picked, hashes)
  for (const [name, column] of columns)
    if (!sampler.stores.has(name)) sampler.stores.set(name, createStore(column, sampler.stored))
  for (const [name, store] of sampler.stores) append(store, columns.get(name), rows)
  const places = Float64Array.from(rows, (_, i) => sampler.stored + i)
  sampler.stored += rows.length
  bottomKSample(
    sampler.picked,
    BigUint64Array.from(rows, (row) => hashes[row]!),
    places,
  )
}

/** Rows that may be among the smallest: few, so that the rest is passed over before any value is copied. */
function candidates({ bound }: BottomKSample, hashes: BigUint64Array): number[] {
  const halves = new Uint32Array(hashes.buffer, hashes.byteOffset, hashes.length * 2)
  const [boundHigh, boundLow] = bound
  const rows: number[] = []
  for (let row = 0; row < hashes.length; row += 1) {
    const high = halves[2 * row + 1]!
    if (high < boundHigh || (high === boundHigh && halves[2 * row]! <= boundLow)) rows.push(row)
  }
  return rows
}

function createStore(column: ProfileColumn, missing: number): ColumnStore {
  const none = (value: number): number[] => new Array<number>(missing).fill(value)
  return isTextColumn(column) ? { codes: none(-1), codeOf: new Map() } : { values: none(0), valid: none(0) }
}

function append(store: ColumnStore, column: ProfileColumn | undefined, rows: readonly number[]): void {
  if ('codes' in store) appendTexts(store, column, rows)
  else appendNumbers(store, column, rows)
}

function appendTexts(
  { codes, codeOf }: Extract<ColumnStore, { codes: number[] }>,
  column: ProfileColumn | undefined,
  rows: readonly number[],
): void {
  const isThere = column !== undefined && isTextColumn(column)
  for (const row of rows) {
    const text = isThere ? column.dictionary[column.codes[row]!] : undefined
    let code = text === undefined ? -1 : codeOf.get(text)
    if (code === undefined) codeOf.set(text!, (code = codeOf.size))
    codes.push(code)
  }
}

function appendNumbers(
  { values, valid }: Extract<ColumnStore, { values: number[] }>,
  column: ProfileColumn | undefined,
  rows: readonly number[],
): void {
  const isThere = column !== undefined && !isTextColumn(column)
  for (const row of rows) {
    const hasOne =
      isThere && (column.validity === undefined || hasValue(column.validity, (column.bitOffset ?? 0) + row))
    values.push(hasOne ? column.values[row]! : 0)
    valid.push(hasOne ? 1 : 0)
  }
}

function extract({ picked, stores }: RowSampler): RowSample {
  const { hashes, payloads } = extractBottomKSample(picked)
  const cells = [...stores].map(([name, store]) => sampleCells(name, [columnOf(store, payloads)]))
  return ordered(hashes, cells, hashes.length)
}

function columnOf(store: ColumnStore, places: Float64Array): ProfileColumn {
  if ('codes' in store) {
    const codes = new Int32Array(places.length)
    for (let row = 0; row < places.length; row += 1) codes[row] = store.codes[places[row]!]!
    return { dictionary: [...store.codeOf.keys()], codes }
  }
  const values = new Float64Array(places.length)
  const validity = new Uint8Array((places.length + 7) >> 3)
  for (let row = 0; row < places.length; row += 1) {
    const place = places[row]!
    values[row] = store.values[place]!
    validity[row >> 3]! |= store.valid[place]! << (row & 7)
  }
  return { values, validity }
}

function merge(samples: readonly RowSample[], k: number): RowSample {
  const filled = samples.filter(({ hashes }) => hashes.length > 0)
  const hashes = new BigUint64Array(filled.reduce((sum, sample) => sum + sample.hashes.length, 0))
  let at = 0
  for (const sample of filled) {
    hashes.set(sample.hashes, at)
    at += sample.hashes.length
  }
  // without any row the columns are still those that some part had
  const parts = filled.length > 0 ? filled : samples
  const names = new Set(parts.flatMap(({ columns }) => [...columns.keys()]))
  const cells = [...names].map((name) =>
    sampleCells(
      name,
      parts.map((sample) => columnIn(sample, name)),
    ),
  )
  return ordered(hashes, cells, k)
}

function columnIn({ hashes, columns }: RowSample, name: string): ProfileColumn {
  const column = columns.get(name) ?? { values: new Float64Array() }
  const rows = isTextColumn(column) ? column.codes.length : column.values.length
  if (rows !== hashes.length) throw new RangeError(`a sample of ${hashes.length} rows has ${rows} of ${name}`)
  return column
}

/** The k first rows by hash, then by values. */
function ordered(hashes: BigUint64Array, unordered: readonly SampleCells[], k: number): RowSample {
  const cells = [...unordered].sort((a, b) => (a.name < b.name ? -1 : 1))
  const halves = new Uint32Array(hashes.buffer)
  const byValues = (a: number, b: number): number => {
    for (const column of cells) {
      const difference = compareCells(column, a, b)
      if (difference !== 0) return difference
    }
    return 0
  }
  const order = Uint32Array.from({ length: hashes.length }, (_, row) => row)
    .sort(
      (a, b) => halves[2 * a + 1]! - halves[2 * b + 1]! || halves[2 * a]! - halves[2 * b]! || byValues(a, b),
    )
    .slice(0, k)
  const columns = cells.map((column): [string, ProfileColumn] => [column.name, columnOfCells(column, order)])
  const kept = new BigUint64Array(order.length)
  for (let row = 0; row < order.length; row += 1) kept[row] = hashes[order[row]!]!
  return { hashes: kept, columns: new Map(columns) }
}
