import fc from 'fast-check'
import {
  addToMoments,
  createMoments,
  extractMoments,
  mergeMoments,
  moments,
  momentsSoFar,
  type Moments,
} from '../../../../activities/evaluation/stats/moments'

const of = (...values: number[]): Moments => moments({ values: Float64Array.from(values) })

test('of 1, 2, 3, 6 the mean is 3 and the sd, with ddof 1, sqrt(14/3)', () => {
  expect(extractMoments(of(1, 2, 3, 6))).toEqual({ n: 4, mean: 3, sd: Math.sqrt(14 / 3), min: 1, max: 6 })
})

test('what is missing, NaN or infinite is passed over', () => {
  const values = Float64Array.of(4, 99, NaN, Infinity, 6, -Infinity)
  const found = moments({ values, validity: Uint8Array.of(0b0111_1010), bitOffset: 1 })
  expect(found).toEqual(of(4, 6))
})

test('a constant has exactly itself as mean and 0 as sd, at any length', () => {
  const constant = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)
  fc.assert(
    fc.property(constant, fc.integer({ min: 2, max: 3000 }), (value, n) => {
      const values = new Float64Array(n).fill(value)
      expect(extractMoments(moments({ values }))).toEqual({ n, mean: value, sd: 0, min: value, max: value })
    }),
  )
})

test('no values have no mean, one has no sd', () => {
  expect(extractMoments(of())).toEqual({ n: 0, mean: null, sd: null, min: null, max: null })
  expect(extractMoments(of(5))).toEqual({ n: 1, mean: 5, sd: null, min: 5, max: 5 })
})

test('a large offset costs no digits of the sd', () => {
  const { sd } = extractMoments(of(1e9 + 1, 1e9 + 2, 1e9 + 3))
  expect(sd).toBeCloseTo(1, 12)
})

test('-0 is 0', () => {
  expect(extractMoments(of(1, -0)).min).toBe(0)
  expect(extractMoments(of(-1, -0)).max).toBe(0)
  expect(extractMoments(of(-0, 0))).toEqual({ n: 2, mean: 0, sd: 0, min: 0, max: 0 })
})

/** 3,000 values that no one would sum exactly. */
const long = Float64Array.from({ length: 3000 }, (_, i) => Math.sin(i) * 10 ** (i % 7))

test('the same values in the same order give the same bits, however they were batched', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(3000), { maxLength: 8 }), (cuts) => {
      const ends = [...cuts.sort((a, b) => a - b), 3000]
      const builder = createMoments()
      ends.forEach((end, i) => {
        addToMoments(builder, { values: long.subarray(ends[i - 1] ?? 0, end) })
        momentsSoFar(builder) // a look in between changes nothing
      })
      expect(momentsSoFar(builder)).toEqual(moments({ values: long }))
    }),
  )
})

test('values that are passed over leave the bits of the others as they are', () => {
  const missing = 1e6
  const passedOver = [NaN, Infinity, missing]
  let at = 0
  const rows = Float64Array.from({ length: 4500 }, (_, i) =>
    i % 3 === 2 ? passedOver[((i - 2) / 3) % 3]! : long[at++]!,
  )
  const validity = new Uint8Array(563)
  rows.forEach((value, i) => (validity[i >> 3]! |= value === missing ? 0 : 1 << (i & 7)))
  expect(moments({ values: rows, validity })).toEqual(moments({ values: long }))
})

test('merged in any split, n, min and max are the same, mean and sd to 1e-12', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(3000), { maxLength: 50 }), (cuts) => {
      const ends = [...cuts.sort((a, b) => a - b), 3000]
      const parts = ends.map((end, i) => moments({ values: long.subarray(ends[i - 1] ?? 0, end) }))
      const merged = extractMoments(parts.reduce(mergeMoments, of()))
      const whole = extractMoments(moments({ values: long }))
      expect([merged.n, merged.min, merged.max]).toEqual([whole.n, whole.min, whole.max])
      expect(Math.abs(merged.mean! - whole.mean!)).toBeLessThan(1e-12 * whole.sd!)
      expect(Math.abs(merged.sd! - whole.sd!)).toBeLessThan(1e-12 * whole.sd!)
    }),
  )
})

test('merging with no values changes nothing', () => {
  expect(mergeMoments(of(), of(1, 2))).toEqual(of(1, 2))
  expect(mergeMoments(of(1, 2), of())).toEqual(of(1, 2))
})

test('the mean lies between min and max', () => {
  const values = fc.array(fc.double({ noNaN: true, min: -1e100, max: 1e100 }), {
    minLength: 1,
    maxLength: 30,
  })
  fc.assert(
    fc.property(values, (column) => {
      const { mean, sd, min, max } = extractMoments(of(...column))
      const rounding = 1e-12 * Math.max(Math.abs(min!), Math.abs(max!))
      expect(mean).toBeGreaterThanOrEqual(min! - rounding)
      expect(mean).toBeLessThanOrEqual(max! + rounding)
      expect(sd ?? 0).toBeGreaterThanOrEqual(0)
    }),
  )
})
