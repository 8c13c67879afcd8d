import fc from 'fast-check'
import { numericEdges } from '../../../../activities/evaluation/stats/numeric-edges'

const edges = (...values: number[]): number[] => [...numericEdges(Float64Array.from(values).sort())]

test('edges are the deciles', () => {
  expect(edges(0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100)).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90])
})

test('where a decile repeats, the next smaller value is an edge too', () => {
  expect(edges(1, 2, 3, 4, 5, 6, 7, 9, 9, 9, 9)).toContain(7)
  expect(edges(1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3)).toEqual([1, 2])
})

test('a spike at the smallest value has none below it, and its own bin already', () => {
  expect(edges(0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5)[0]).toBe(0)
})

test('a constant has one edge, an empty reference none', () => {
  expect(edges(4, 4, 4)).toEqual([4])
  expect(edges()).toEqual([])
})

test('zeros of both signs are one edge, and it is 0: -0 does not survive JSON', () => {
  expect(edges(-0, -0, 0, 0)).toEqual([0])
  expect(edges(-0, -0, -0, 1)[0]).toBe(0)
})

test('deciles that are not finite are left out', () => {
  // half of the way between these is beyond float64
  expect(edges(-1.7e308, 1.7e308)).toEqual([])
})

test('there are at most nine, they ascend, and lie within the reference', () => {
  const few = fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 1, maxLength: 40 })
  const any = fc.array(fc.double({ noNaN: true, min: -1e300, max: 1e300 }), { minLength: 1, maxLength: 40 })
  fc.assert(
    fc.property(fc.oneof(few, any), (values) => {
      const found = edges(...values)
      expect(found.length).toBeLessThanOrEqual(9)
      found.forEach((edge, i) => expect(edge).toBeGreaterThan(found[i - 1] ?? -Infinity))
      expect(found[0]).toBeGreaterThanOrEqual(Math.min(...values))
      expect(found.at(-1)).toBeLessThanOrEqual(Math.max(...values))
    }),
  )
})
