import fc from 'fast-check'
import {
  countBins,
  createBinCounts,
  mergeBinCounts,
  type BinCounts,
} from '../../../../activities/evaluation/stats/count-bins'
import type { NumberColumn } from '../../../../activities/evaluation/stats/number-column'

const counted = (edges: readonly number[], column: NumberColumn): BinCounts => {
  const counts = createBinCounts(Float64Array.from(edges))
  countBins(counts, column)
  return counts
}

test('a value equal to an edge falls into the bin on its left', () => {
  const { bins } = counted([1, 2], { values: Float64Array.of(0.5, 1, 1.5, 2, 2.5, 1e300, -1e300) })
  expect([...bins]).toEqual([3, 2, 2])
})

test('missing, NaN and both infinities are counted apart, and in no bin', () => {
  const values = Float64Array.of(1, NaN, Infinity, -Infinity, Infinity, 7, NaN, NaN)
  const counts = counted([5], { values, validity: Uint8Array.of(0b1011_1111) })
  expect(counts).toMatchObject({ missing: 1, nan: 2, plusInfinity: 2, minusInfinity: 1 })
  expect([...counts.bins]).toEqual([1, 1])
})

test('validity is read from the bit of the first row on, over the ends of bytes', () => {
  const validity = Uint8Array.of(0b0010_0000, 0b0000_0010)
  const counts = counted([], { values: Float64Array.of(1, 2, 3, 4, 5), validity, bitOffset: 5 })
  expect([counts.missing, ...counts.bins]).toEqual([3, 2])
})

test('float32 and int32 are compared as they are, with the edges in float64', () => {
  // 0.1 in float32 is a little above 0.1
  expect([...counted([0.1], { values: Float32Array.of(0.1) }).bins]).toEqual([0, 1])
  expect([...counted([0.1], { values: Float64Array.of(0.1) }).bins]).toEqual([1, 0])
  expect([...counted([-1, 3], { values: Int32Array.of(-5, 0, 3, 4) }).bins]).toEqual([1, 2, 1])
})

test('without edges all finite values are in one bin', () => {
  expect([...counted([], { values: Float64Array.of(1, 2) }).bins]).toEqual([2])
})

test.each([[[1, 1]], [[2, 1]], [[NaN]], [[Infinity]], [[-Infinity, 1]], [[...Array(16).keys()]]])(
  '%p are no edges',
  (edges) => {
    expect(() => createBinCounts(Float64Array.from(edges))).toThrow(RangeError)
  },
)

test('counts on other edges are not merged', () => {
  const column = { values: Float64Array.of(1) }
  expect(() => mergeBinCounts(counted([1], column), counted([2], column))).toThrow(RangeError)
  expect(() => mergeBinCounts(counted([1], column), counted([1, 2], column))).toThrow(RangeError)
})

const special = fc.constantFrom(NaN, Infinity, -Infinity, -0, 5e-324)
const values = fc.array(fc.oneof(fc.integer({ min: -9, max: 9 }), fc.double(), special), { maxLength: 60 })
const edgeSet = fc
  .uniqueArray(fc.integer({ min: -9, max: 9 }), { maxLength: 15 })
  .map((edges) => edges.sort((a, b) => a - b))

test('a value is in the bin with as many edges to its left as are smaller', () => {
  fc.assert(
    fc.property(values, edgeSet, (column, edges) => {
      const { bins, nan, plusInfinity, minusInfinity } = counted(edges, { values: Float64Array.from(column) })
      const expected = Array.from({ length: edges.length + 1 }, () => 0)
      for (const value of column.filter(Number.isFinite))
        expected[edges.filter((edge) => edge < value).length]! += 1
      expect([...bins]).toEqual(expected)
      const rows = bins.reduce((sum, count) => sum + count, nan + plusInfinity + minusInfinity)
      expect(rows).toBe(column.length)
    }),
  )
})

test('columns of any length, longer than a block too, are counted as value by value', () => {
  const kinds = fc.constantFrom(Float32Array, Float64Array, Int32Array)
  fc.assert(
    fc.property(fc.integer({ min: 1020, max: 2060 }), kinds, fc.nat(9), (rows, Kind, bitOffset) => {
      const column = new Kind(
        Array.from({ length: rows }, (_, row) => (row % 301 === 7 ? NaN : (row * 37) % 23)),
      )
      const validity = Uint8Array.from(
        { length: (bitOffset + rows + 7) >> 3 },
        (_, byte) => (byte * 151) & 255,
      )
      const isThere = (row: number): boolean =>
        ((validity[(bitOffset + row) >> 3]! >> ((bitOffset + row) & 7)) & 1) === 1
      const found = counted([3, 11, 17], { values: column, validity, bitOffset })
      const there = Array.from(column).filter((_, row) => isThere(row))
      const expected = [0, 0, 0, 0]
      for (const value of there.filter(Number.isFinite))
        expected[[3, 11, 17].filter((edge) => edge < value).length]! += 1
      expect([...found.bins]).toEqual(expected)
      expect(found).toMatchObject({ missing: rows - there.length, nan: there.filter(Number.isNaN).length })
    }),
  )
})

test('merged in any split and order, counts are the same', () => {
  fc.assert(
    fc.property(values, edgeSet, fc.nat(60), (column, edges, cut) => {
      const [left, right] = [column.slice(0, cut), column.slice(cut)]
      const merged = counted(edges, { values: Float64Array.from(right) })
      mergeBinCounts(merged, counted(edges, { values: Float64Array.from(left) }))
      expect(merged).toEqual(counted(edges, { values: Float64Array.from(column) }))
    }),
  )
})
