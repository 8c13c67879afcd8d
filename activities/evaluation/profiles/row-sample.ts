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
  const columns = new Map<string, NumberColumn>()
  for (const [name, { values, valid }] of stores)
    columns.set(name, {
      values: Float64Array.from(payloads, (place) => values[place]!),
      validity: bitsOf(payloads.length, (row) => valid[payloads[row]!]!),
    })
  return ordered([{ hashes, columns }], hashes.length)
}

function merge(samples: readonly RowSample[], k: number): RowSample {
  return ordered(samples, k)
}

/** The k first rows of all samples, by hash, then by values. */
function ordered(samples: readonly RowSample[], k: number): RowSample {
  const hashes = concatenated(samples.map((sample) => sample.hashes))
  const names = [...(samples[0]?.columns.keys() ?? [])]
  const cells = names.map((name) => valuesOf(samples, name))
  const halves = new Uint32Array(hashes.buffer)
  const byValues = (a: number, b: number): number => {
    for (const column of cells) {
      const difference = compareCells(column[a]!, column[b]!)
      if (difference !== 0) return difference
    }
    return 0
  }
  const order = Uint32Array.from(hashes, (_, i) => i)
    .sort(
      (a, b) => halves[2 * a + 1]! - halves[2 * b + 1]! || halves[2 * a]! - halves[2 * b]! || byValues(a, b),
    )
    .slice(0, k)
  const columns = names.map((name, i): [string, NumberColumn] => {
    const column = cells[i]!
    const validity = bitsOf(order.length, (row) => column[order[row]!] !== null)
    return [name, { values: Float64Array.from(order, (row) => column[row] ?? 0), validity }]
  })
  return { hashes: BigUint64Array.from(order, (row) => hashes[row]!), columns: new Map(columns) }
}

/** Missing comes first, NaN last. */
function compareCells(a: number | null, b: number | null): number {
  if (a === b) return 0
  if (a === null) return -1
  if (b === null) return 1
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b))
  return a < b ? -1 : 1
}

function concatenated(parts: readonly BigUint64Array[]): BigUint64Array {
  const whole = new BigUint64Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

function valuesOf(samples: readonly RowSample[], name: string): (number | null)[] {
  return samples.flatMap(({ columns, hashes }) => {
    const column = columns.get(name)
    if (column?.values.length !== hashes.length)
      throw new RangeError(`a sample of ${hashes.length} rows has ${column?.values.length ?? 0} of ${name}`)
    return Array.from(column.values, (value, row) =>
      column.validity && !hasValue(column.validity, row) ? null : value,
    )
  })
}

/** undefined where every bit would be set. */
function bitsOf(rows: number, isSet: (row: number) => boolean): Uint8Array | undefined {
  const bits = new Uint8Array(Math.ceil(rows / 8))
  let set = 0
  for (let row = 0; row < rows; row += 1) {
    if (!isSet(row)) continue
    bits[row >> 3]! |= 1 << (row & 7)
    set += 1
  }
  return set === rows ? undefined : bits
}
