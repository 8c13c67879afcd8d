import fc from 'fast-check'
import { binaryConfusion } from '../../../../activities/evaluation/stats/binary-confusion'
import { cbpe } from '../../../../activities/evaluation/stats/cbpe'
import { rocAuc } from '../../../../activities/evaluation/stats/roc-auc'

test('a row counts by its probability: the expected confusion by hand', () => {
  const found = cbpe(
    Float64Array.of(0.2, 0.5, 0.9),
    Uint32Array.of(4, 2, 4),
    Float64Array.of(0.25, 0.5, 0.75),
    0.5,
  )
  expect(found?.confusion).toEqual({ tp: 1 + 3, fp: 1 + 1, fn: 1, tn: 3 })
  expect(found?.metrics.accuracy).toBe(0.7)
  expect(found?.metrics.precision).toBe(4 / 6)
})

test('without rows there is nothing', () => {
  expect(cbpe(new Float64Array(), new Uint32Array(), new Float64Array(), 0.5)).toBeNull()
})

test('probabilities that know nothing expect an AUC of one half', () => {
  const found = cbpe(
    Float64Array.of(0.1, 0.4, 0.8),
    Uint32Array.of(5, 1, 2),
    new Float64Array(3).fill(0.3),
    0.5,
  )
  expect(found?.rocAuc).toBeCloseTo(0.5, 14)
})

const rows = fc.uniqueArray(
  fc.tuple(fc.nat(50), fc.integer({ min: 1, max: 9 }), fc.double({ min: 0, max: 1, noNaN: true })),
  {
    // prettier-ignore
    minLength: 1,
    maxLength: 20,
    selector: ([score]) => score,
  },
)
const columns = (some: readonly (readonly [number, number, number])[]) => {
  const sorted = [...some].sort(([a], [b]) => a - b)
  return {
    scores: Float64Array.from(sorted, ([score]) => score / 50),
    rows: Uint32Array.from(sorted, ([, count]) => count),
    calibrated: Float64Array.from(sorted, ([, , probability]) => probability),
  }
}

test('of probabilities 0 and 1 it expects what then comes', () => {
  fc.assert(
    fc.property(rows, (some) => {
      const { scores, rows: counts, calibrated } = columns(some)
      const sure = calibrated.map((probability) => Math.round(probability))
      const positives = counts.map((n, k) => n * sure[k]!)
      const negatives = counts.map((n, k) => n * (1 - sure[k]!))
      const sum = (column: Uint32Array, above: boolean): number =>
        column.reduce((total, n, k) => total + (scores[k]! >= 0.5 === above ? n : 0), 0)
      const confusion = { tp: sum(positives, true), fp: sum(negatives, true), tn: sum(negatives, false), fn: sum(positives, false) } // prettier-ignore
      expect(cbpe(scores, counts, sure, 0.5)).toEqual({
        confusion,
        metrics: binaryConfusion.extract(confusion),
        rocAuc: rocAuc({ positives, negatives }),
      })
    }),
  )
})

test('all that is expected stays in range, and no row is lost', () => {
  fc.assert(
    fc.property(rows, (some) => {
      const { scores, rows: counts, calibrated } = columns(some)
      const { confusion, metrics, rocAuc: auc } = cbpe(scores, counts, calibrated, 0.5)!
      const { tp, fp, tn, fn } = confusion
      expect(tp + fp + tn + fn).toBeCloseTo(counts.reduce((total, n) => total + n, 0), 9) // prettier-ignore
      for (const share of [metrics.accuracy, metrics.precision, metrics.recall, metrics.f1, auc ?? 0])
        expect(share >= 0 && share <= 1 + 1e-12).toBe(true)
    }),
  )
})
