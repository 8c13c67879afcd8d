import fc from 'fast-check'
import { binaryFigures } from '../../../../activities/evaluation/accuracy/binary-figures'
import type { Figure } from '../../../../activities/evaluation/accuracy/figure'

const resampling = { seed: 1, sampleRows: 100, replicates: 50 }
const figures = (rows: readonly (readonly [score: number, label: number])[]): Record<string, Figure> => {
  const scores = Float64Array.from(rows, ([score]) => score)
  const found = binaryFigures(
    {
      scores,
      labels: Uint8Array.from(rows, ([, label]) => label),
      decisions: Uint8Array.from(scores, (score) => (score >= 0.5 ? 1 : 0)),
    },
    BigUint64Array.from(rows, (_, i) => BigInt((i * 7919) % 104729)),
    resampling,
  )
  return Object.fromEntries(found.map((one) => [one.metric, one]))
}
const names =
  'accuracy precision recall specificity f1 mcc cohen_kappa roc_auc average_precision log_loss brier ece'

const row = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(1))

test('every metric is there, in range, and inside its interval', () => {
  fc.assert(
    fc.property(fc.array(row, { maxLength: 30 }), (rows) => {
      const found = figures(rows)
      expect(Object.keys(found).join(' ')).toBe(names)
      for (const { metric, value, ciLo, ciHi, reason } of Object.values(found)) {
        if (value === null || ciLo === null) expect(reason !== null || rows.length < 2).toBe(true)
        if (value === null) continue
        expect(value).toBeGreaterThanOrEqual(/mcc|kappa/.test(metric) ? -1 : 0)
        if (metric !== 'log_loss') expect(value).toBeLessThanOrEqual(1 + 1e-12)
        if (ciLo !== null) expect(ciLo).toBeLessThanOrEqual(value + 1e-12)
        if (ciHi !== null) expect(ciHi).toBeGreaterThanOrEqual(value - 1e-12)
      }
    }),
  )
})

test('n is the rate’s own denominator', () => {
  const found = figures([[0.9, 1], [0.8, 0], [0.7, 0], [0.2, 1], [0.1, 0]]) // prettier-ignore
  expect(found['accuracy']).toMatchObject({ value: 2 / 5, n: 5 })
  expect(found['precision']).toMatchObject({ value: 1 / 3, n: 3 })
  expect(found['recall']).toMatchObject({ value: 1 / 2, n: 2 })
  expect(found['specificity']).toMatchObject({ value: 1 / 3, n: 3 })
  expect(found['f1']).toMatchObject({ value: 2 / 5, n: 4 })
})

test('with one class only roc_auc and average_precision are undefined and say so', () => {
  const found = figures([[0.1, 0], [0.6, 0], [0.3, 0]]) // prettier-ignore
  const reason = 'one class only: all 3 labels are 0'
  for (const metric of ['roc_auc', 'average_precision']) expect(found[metric]).toMatchObject({ value: null, reason }) // prettier-ignore
  expect(found['recall']).toMatchObject({ value: 0, ciLo: null, n: 0, reason: 'no label is 1: 0 by convention' }) // prettier-ignore
  expect(figures([[0.1, 1]])['roc_auc']!.reason).toBe('one class only: all 1 labels are 1')
})

test('no prediction of 1: precision, and mcc, are 0 by convention', () => {
  const found = figures([[0.1, 0], [0.2, 1], [0.3, 0]]) // prettier-ignore
  expect(found['precision']).toMatchObject({ value: 0, ciLo: null, reason: 'no row is predicted 1: 0 by convention' }) // prettier-ignore
  expect(found['mcc']!.reason).toBe('labels or predictions are one class only: 0 by convention')
})

test('scores that are no probabilities are ranked, not weighed', () => {
  const found = figures([[-3, 0], [2, 1], [5, 1], [-1, 0]]) // prettier-ignore
  expect(found['roc_auc']!.value).toBe(1)
  for (const metric of ['log_loss', 'brier', 'ece'])
    expect(found[metric]).toMatchObject({ value: null, reason: 'scores outside 0 to 1 are no probabilities' })
})

test('replicates that miss the only positive do not pull its average precision down', () => {
  const found = figures(Array.from({ length: 30 }, (_, i) => [i / 30, i === 29 ? 1 : 0] as const))
  expect(found['average_precision']).toMatchObject({ value: 1, ciLo: 1, ciHi: 1 })
})

test('without rows everything is undefined and says so', () => {
  for (const one of Object.values(figures([])))
    expect(one).toMatchObject({ value: null, ciLo: null, n: 0, reason: 'no labelled rows' })
})

test('a perfect f1 of few rows has an interval as wide as few rows deserve', () => {
  expect(figures([[0.9, 1], [0.8, 1], [0.1, 0]])['f1']!.ciLo).toBeLessThan(0.6) // prettier-ignore
})
