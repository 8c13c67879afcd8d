import {
  bottomKSample,
  createBottomKSample,
  extractBottomKSample,
  type BottomKSample,
} from '../stats/bottom-k-sample'
import { hashOrder } from '../stats/hash-order'
import { hasValue, type NumberColumn } from '../stats/number-column'
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
type ColumnStore = NumberStore | { readonly codes: number[]; readonly codeOf: Map<string, number> }

/** Room for more rows than are stored; doubled when it is used up. */
interface NumberStore {
  values: Float64Array
  valid: Uint8Array
}

const firstRoom = 1024

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
  for (const [name, store] of sampler.stores) append(store, columns.get(name), rows, sampler.stored)
  const places = new Float64Array(rows.length)
  const taken = new BigUint64Array(rows.length)
  const [from, to] = [halvesOf(hashes), halvesOf(taken)]
  for (let i = 0; i < rows.length; i += 1) {
    places[i] = sampler.stored + i
    to[2 * i] = from[2 * rows[i]!]!
    to[2 * i + 1] = from[2 * rows[i]! + 1]!
  }
  sampler.stored += rows.length
  bottomKSample(sampler.picked, taken, places)
}

/** Low half first: a hash as a BigInt is an object each. */
function halvesOf(hashes: BigUint64Array): Uint32Array {
  return new Uint32Array(hashes.buffer, hashes.byteOffset, hashes.length * 2)
}

/** Rows that may be among the smallest: few, so that the rest is passed over before any value is copied. */
function candidates({ bound }: BottomKSample, hashes: BigUint64Array): Uint32Array {
  const halves = halvesOf(hashes)
  const [boundHigh, boundLow] = bound
  const rows = new Uint32Array(hashes.length)
  let found = 0
  for (let row = 0; row < hashes.length; row += 1) {
    const high = halves[2 * row + 1]!
    if (high < boundHigh || (high === boundHigh && halves[2 * row]! <= boundLow)) rows[found++] = row
  }
  return rows.slice(0, found)
}

function createStore(column: ProfileColumn, missing: number): ColumnStore {
  if (isTextColumn(column)) return { codes: new Array<number>(missing).fill(-1), codeOf: new Map() }
  const room = Math.max(firstRoom, missing)
  return { values: new Float64Array(room), valid: new Uint8Array(room) }
}

/** @param stored rows that the store has already */
function append(
  store: ColumnStore,
  column: ProfileColumn | undefined,
  rows: Uint32Array,
  stored: number,
): void {
  if ('codes' in store) {
    appendTexts(store, column, rows)
    return
  }
  makeRoom(store, stored + rows.length)
  if (column !== undefined && !isTextColumn(column)) appendNumbers(store, column, rows, stored)
}

function appendTexts(
  { codes, codeOf }: Extract<ColumnStore, { codes: number[] }>,
  column: ProfileColumn | undefined,
  rows: Uint32Array,
): void {
  const isThere = column !== undefined && isTextColumn(column)
  for (const row of rows) {
    const text = isThere ? column.dictionary[column.codes[row]!] : undefined
    let code = text === undefined ? -1 : codeOf.get(text)
    if (code === undefined) codeOf.set(text!, (code = codeOf.size))
    codes.push(code)
  }
}

function makeRoom(store: NumberStore, rows: number): void {
  if (rows <= store.values.length) return
  const { values, valid } = store
  const room = Math.max(rows, 2 * values.length)
  store.values = new Float64Array(room)
  store.valid = new Uint8Array(room)
  store.values.set(values)
  store.valid.set(valid)
}

/** A missing value stays 0 and not valid. */
function appendNumbers(
  { values: into, valid }: NumberStore,
  { values, validity, bitOffset = 0 }: NumberColumn,
  rows: Uint32Array,
  stored: number,
): void {
  for (let i = 0; i < rows.length; i += 1) {
    const row = rows[i]!
    if (validity !== undefined && !hasValue(validity, bitOffset + row)) continue
    into[stored + i] = values[row]!
    valid[stored + i] = 1
  }
}

function extract({ picked, stores }: RowSampler): RowSample {
  const { hashes, payloads } = extractBottomKSample(picked)
  const cells = [...stores].map(([name, store]) =>
    'codes' in store ? sampleCells(name, [textsAt(store, payloads)]) : numbersAt(name, store, payloads),
  )
  return ordered(hashes, cells, hashes.length)
}

function textsAt(
  { codes, codeOf }: Extract<ColumnStore, { codes: number[] }>,
  places: Float64Array,
): ProfileColumn {
  const taken = new Int32Array(places.length)
  for (let row = 0; row < places.length; row += 1) taken[row] = codes[places[row]!]!
  return { dictionary: [...codeOf.keys()], codes: taken }
}

function numbersAt(name: string, store: NumberStore, places: Float64Array): SampleCells {
  const [values, valid] = [new Float64Array(places.length), new Uint8Array(places.length)]
  for (let row = 0; row < places.length; row += 1) {
    const place = places[row]!
    values[row] = store.values[place]! + 0 // -0 is 0
    valid[row] = store.valid[place]!
  }
  return { name, values, valid, dictionary: null }
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
  const byValues = (a: number, b: number): number => {
    for (const column of cells) {
      const difference = compareCells(column, a, b)
      if (difference !== 0) return difference
    }
    return 0
  }
  const order = hashOrder(hashes, byValues).slice(0, k)
  const columns = cells.map((column): [string, ProfileColumn] => [column.name, columnOfCells(column, order)])
  const kept = new BigUint64Array(order.length)
  const [from, to] = [halvesOf(hashes), halvesOf(kept)]
  for (let row = 0; row < order.length; row += 1) {
    to[2 * row] = from[2 * order[row]!]!
    to[2 * row + 1] = from[2 * order[row]! + 1]!
  }
  return { hashes: kept, columns: new Map(columns) }
}
