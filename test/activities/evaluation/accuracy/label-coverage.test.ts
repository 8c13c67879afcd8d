import fc from 'fast-check'
import { labelCoverage } from '../../../../activities/evaluation/accuracy/label-coverage'

const n = 1000
const scores = Float64Array.from({ length: n }, (_, i) => ((i * 7919) % n) / n)
const ones = new Uint8Array(n).fill(1)

test('ten deciles of as many rows, and the share that has labels', () => {
  const labelled = Uint8Array.from(scores, (_, i) => (i % 4 === 0 ? 1 : 0))
  const found = labelCoverage({ scores, labelled, matured: ones })
  expect(found).toMatchObject({ scored: n, labelled: 250, matured: n, share: 0.25, reason: null })
  expect(found.deciles.map(({ scored }) => scored)).toEqual(new Array(10).fill(100))
  expect(found.deciles.map(({ matured }) => matured)).toEqual(new Array(10).fill(100))
  expect([found.deciles[0]!.lower, found.deciles[9]!.upper]).toEqual([null, null])
  expect(found.interval!.low).toBeLessThan(0.25)
})

test('labels that come for every fourth row whatever its score are like the others', () => {
  const labelled = Uint8Array.from(scores, (_, i) => (i % 4 === 0 ? 1 : 0))
  expect(labelCoverage({ scores, labelled, matured: ones }).pValue).toBeGreaterThan(0.05)
})

test('labels that come for high scores first are not like the others', () => {
  const labelled = Uint8Array.from(scores, (score, i) => (score > 0.6 || i % 4 === 0 ? 1 : 0))
  expect(labelCoverage({ scores, labelled, matured: ones }).pValue).toBeLessThan(1e-9)
})

test('says why it cannot compare', () => {
  const none = new Uint8Array(n)
  expect(labelCoverage({ scores, labelled: none, matured: ones }).reason).toBe('no row has a label')
  expect(labelCoverage({ scores, labelled: ones, matured: ones }).reason).toBe('every row has a label')
  const empty = { scores: new Float64Array(), labelled: new Uint8Array(), matured: new Uint8Array() }
  expect(labelCoverage(empty)).toMatchObject({ share: null, deciles: [], reason: 'no scored rows' })
  const constant = { scores: new Float64Array(n).fill(0.5), labelled: Uint8Array.from(ones, (_, i) => i % 2), matured: none } // prettier-ignore
  expect(labelCoverage(constant)).toMatchObject({ pValue: null, matured: 0 })
  expect(labelCoverage(constant).reason).toContain('500 of 1000 rows have labels')
})

test('deciles hold every row with a finite score once', () => {
  const rows = fc.array(fc.tuple(fc.oneof(fc.double(), fc.constantFrom(0, 1, NaN)), fc.boolean()), { maxLength: 50 }) // prettier-ignore
  fc.assert(
    fc.property(rows, (some) => {
      const labelled = Uint8Array.from(some, ([, has]) => (has ? 1 : 0))
      const { deciles } = labelCoverage({
        scores: Float64Array.from(some, ([score]) => score),
        labelled,
        matured: labelled,
      })
      const finite = some.filter(([score]) => Number.isFinite(score))
      const sum = (key: 'scored' | 'labelled' | 'matured'): number =>
        deciles.reduce((total, decile) => total + decile[key], 0)
      expect(sum('scored')).toBe(finite.length)
      for (const { lower, upper, scored } of deciles)
        expect(scored).toBe(finite.filter(([score]) => score > (lower ?? -Infinity) && score <= (upper ?? Infinity)).length) // prettier-ignore
      expect([sum('labelled'), sum('matured')]).toEqual([finite, finite].map((all) => all.filter(([, has]) => has).length)) // prettier-ignore
    }),
  )
})
