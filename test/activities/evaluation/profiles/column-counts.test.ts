import fc from 'fast-check'
import { columnBins, type ColumnBins } from '../../../../activities/evaluation/profiles/column-bins'
import { columnCounts, type ColumnCounts } from '../../../../activities/evaluation/profiles/column-counts'
import type { ProfileColumn } from '../../../../activities/evaluation/profiles/profile-column'

const open = { min: -Infinity, max: Infinity }
const count = (bins: ColumnBins, columns: readonly ProfileColumn[], range = open): ColumnCounts => {
  const counter = columnCounts.create(bins, range)
  for (const column of columns) columnCounts.add(counter, column)
  return columnCounts.extract(counter)
}
const hundred = Float64Array.from({ length: 100 }, (_, i) => i)
const numeric = columnBins({ values: hundred })
const levels = columnBins({ values: Float64Array.of(10, 10, 10, -0.5, -0.5, 7) })
const texts = columnBins({ dictionary: ['a', 'b'], codes: Int32Array.of(0, 0, 1) })

test('missing, NaN and each infinity are counted apart, out of range are finite values only', () => {
  const values = Float64Array.of(-5, 5, 99, 100, NaN, Infinity, -Infinity, 1e9)
  const found = count(numeric, [{ values, validity: Uint8Array.of(0b0111_1111) }], { min: 0, max: 99 })
  expect(found).toMatchObject({ missing: 1, nan: 1, plusInfinity: 1, minusInfinity: 1, outOfRange: 2 })
  expect(found.bins.reduce((sum, bin) => sum + bin)).toBe(4)
  expect(found.moments).toMatchObject({ n: 4, min: -5, max: 100 })
})

test('numbers that are levels are counted by level, others are unseen', () => {
  const values = Float64Array.of(7, 10, -0.5, 7, 8, NaN)
  const found = count(levels, [{ values, validity: Uint8Array.of(0b11_0111) }])
  expect([...found.bins]).toEqual([1, 1, 1, 0, 1])
  expect(found).toMatchObject({ missing: 1, nan: 1 })
})

test('texts are counted by level, whatever dictionary a batch has', () => {
  const found = count(texts, [
    { dictionary: ['b', 'x'], codes: Int32Array.of(0, 1, -1) },
    { dictionary: ['a'], codes: Int32Array.of(0, 0) },
  ])
  expect([...found.bins]).toEqual([2, 1, 0, 1])
  expect(found).toMatchObject({ missing: 1, moments: { n: 0 } })
})

test('texts on a reference of numbers, and numbers on one of texts, are refused', () => {
  expect(() => count(numeric, [{ dictionary: [], codes: new Int32Array() }])).toThrow(
    'the column is of type text, its reference of number',
  )
  expect(() => count(texts, [{ values: hundred }])).toThrow(TypeError)
})

test('counts of different bins are not merged', () => {
  expect(() => columnCounts.merge(count(numeric, []), count(texts, []))).toThrow(RangeError)
})

test('cut anywhere and merged, counts are the same and moments equal to 1e-12', () => {
  const value = fc.oneof(
    fc.integer({ min: -20, max: 120 }),
    fc.constantFrom(NaN, Infinity, -Infinity, 10, -0.5),
  )
  fc.assert(
    fc.property(fc.array(value), fc.nat(50), fc.constantFrom(numeric, levels), (list, cut, bins) => {
      const values = Float64Array.from(list)
      const [left, right] = [values.slice(0, cut), values.slice(cut)]
      const whole = count(bins, [{ values }], { min: 0, max: 99 })
      const merged = columnCounts.merge(
        count(bins, [{ values: left }], { min: 0, max: 99 }),
        count(bins, [{ values: right }], { min: 0, max: 99 }),
      )
      expect({ ...merged, moments: null }).toEqual({ ...whole, moments: null })
      expect(Math.abs(merged.moments.mean - whole.moments.mean)).toBeLessThan(1e-10)
      const { missing, nan, plusInfinity, minusInfinity } = merged
      const all = merged.bins.reduce((sum, bin) => sum + bin, missing + nan + plusInfinity + minusInfinity)
      expect(all).toBe(values.length)
    }),
  )
})
