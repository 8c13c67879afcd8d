import {
  bottomKSample,
  createBottomKSample,
  extractBottomKSample,
  type BottomKSample,
} from '../stats/bottom-k-sample'
import { hasValue, type NumberColumn } from '../stats/number-column'

/** The rows of the smallest hashes: what serves a statistic that needs raw values. */
export interface RowSample {
  /** Ascending. */
  readonly hashes: BigUint64Array
  /** Values by column, a row each in the order of the hashes; of texts the slot (a level's place, OTHER, UNSEEN). */
  readonly columns: ReadonlyMap<string, NumberColumn>
}

/** A sample still being added to. */
export interface RowSampler {
  readonly picked: BottomKSample
  /** Every row that was ever among the smallest, in order of arrival. */
  readonly stores: ReadonlyMap<string, RowStore>
  stored: number
}

interface RowStore {
  readonly values: number[]
  readonly valid: boolean[]
}

/**
 * - `create(k, share, names)`: keeps at most k rows, of those with hashes under 2^64 x share.
 * - `add(sampler, hashes, columns)`: a batch; a column that is not there is missing in all its rows.
 * - `extract(sampler)`: the sample so far.
 * - `merge(samples, k)`: of parts of the rows, the same in any order and any split: rows are ordered by hash and, of equal
 *   hashes, by their values.
 */
export const rowSample = { create, add, extract, merge }

function create(k: number, share: number, names: Iterable<string>): RowSampler {
  const stores = new Map<string, RowStore>()
  for (const name of names) stores.set(name, { values: [], valid: [] })
  return { picked: createBottomKSample(k, share), stores, stored: 0 }
}

function add(sampler: RowSampler, hashes: BigUint64Array, columns: ReadonlyMap<string, NumberColumn>): void {
  const rows = candidates(sampler.picked, hashes)
  for (const [name, { values, valid }] of sampler.stores) {
    const column = columns.get(name)
    for (const row of rows) {
      const isThere =
        column !== undefined && (!column.validity || hasValue(column.validity, (column.bitOffset ?? 0) + row))
      values.push(isThere ? column.values[row]! + 0 : 0) // -0 is 0
      valid.push(isThere)
    }
  }
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
  const rows: number[] = []
  for (let row = 0; row < hashes.length; row += 1) {
    const high = halves[2 * row + 1]!
    if (high < bound[0] || (high === bound[0] && halves[2 * row]! <= bound[1])) rows.push(row)
  }
  return rows
}

function extract({ picked, stores }: RowSampler): RowSample {
  const { hashes, payloads } = extractBottomKSample(picked)
  const cells = [...stores].map(([name, { values, valid }]): Cells => {
    const column = { name, values: new Float64Array(payloads.length), valid: new Uint8Array(payloads.length) }
    for (let row = 0; row < payloads.length; row += 1) {
      column.values[row] = values[payloads[row]!]!
      column.valid[row] = valid[payloads[row]!] === true ? 1 : 0
    }
    return column
  })
  return ordered(hashes, cells, hashes.length)
}

function merge(samples: readonly RowSample[], k: number): RowSample {
  const hashes = new BigUint64Array(samples.reduce((sum, sample) => sum + sample.hashes.length, 0))
  let at = 0
  for (const sample of samples) {
    hashes.set(sample.hashes, at)
    at += sample.hashes.length
  }
  const names = [...(samples[0]?.columns.keys() ?? [])]
  const cells = names.map((name) => cellsOf(samples, name, hashes.length))
  return ordered(hashes, cells, k)
}

/** One column of rows in any order; a missing value is 0 and not valid. */
interface Cells {
  readonly name: string
  readonly values: Float64Array
  readonly valid: Uint8Array
}

function cellsOf(samples: readonly RowSample[], name: string, rows: number): Cells {
  const cells = { name, values: new Float64Array(rows), valid: new Uint8Array(rows) }
  let at = 0
  for (const { columns, hashes } of samples) {
    const column = columns.get(name)
    if (column?.values.length !== hashes.length)
      throw new RangeError(`a sample of ${hashes.length} rows has ${column?.values.length ?? 0} of ${name}`)
    cells.values.set(column.values, at)
    for (let row = 0; row < hashes.length; row += 1)
      cells.valid[at + row] = column.validity === undefined || hasValue(column.validity, row) ? 1 : 0
    at += hashes.length
  }
  return cells
}

/** The k first rows by hash, then by values. */
function ordered(hashes: BigUint64Array, cells: readonly Cells[], k: number): RowSample {
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
  const columns = cells.map((column): [string, NumberColumn] => [column.name, inOrder(column, order)])
  const kept = new BigUint64Array(order.length)
  for (let row = 0; row < order.length; row += 1) kept[row] = hashes[order[row]!]!
  return { hashes: kept, columns: new Map(columns) }
}

/** Missing comes first, NaN last. */
function compareCells({ values, valid }: Cells, a: number, b: number): number {
  if (valid[a] !== valid[b]) return valid[a]! - valid[b]!
  const [x, y] = [values[a]!, values[b]!]
  if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y))
  return x < y ? -1 : x > y ? 1 : 0
}

/** Without validity where nothing is missing. */
function inOrder({ values, valid }: Cells, order: Uint32Array): NumberColumn {
  const found = new Float64Array(order.length)
  const validity = new Uint8Array(Math.ceil(order.length / 8))
  let present = 0
  for (let row = 0; row < order.length; row += 1) {
    const from = order[row]!
    found[row] = values[from]!
    validity[row >> 3]! |= valid[from]! << (row & 7)
    present += valid[from]!
  }
  return { values: found, validity: present === order.length ? undefined : validity }
}
