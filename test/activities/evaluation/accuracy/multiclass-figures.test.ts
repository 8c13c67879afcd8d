import fc from 'fast-check'
import type { Figure } from '../../../../activities/evaluation/accuracy/figure'
import { multiclassFigures } from '../../../../activities/evaluation/accuracy/multiclass-figures'
import { averagePrecision } from '../../../../activities/evaluation/stats/average-precision'
import { poissonBootstrap } from '../../../../activities/evaluation/stats/poisson-bootstrap'
import { scoreCounts } from '../../../../activities/evaluation/stats/score-counts'

const resampling = { seed: 1, sampleRows: 100, replicates: 50 }
const figures = (
  rows: readonly (readonly [probabilities: readonly number[], label: number])[],
): Record<string, Figure> => {
  const found = multiclassFigures(
    {
      probabilities: Float64Array.from(rows.flatMap(([probabilities]) => probabilities)),
      classes: ['a', 'b', 'c'],
      labels: Int32Array.from(rows, ([, label]) => label),
    },
    BigUint64Array.from(rows, (_, i) => BigInt(i)),
    resampling,
    [2],
  )
  return Object.fromEntries(found.map((one) => [one.metric, one]))
}

const weight = fc.integer({ min: 1, max: 9 })
const row = fc.tuple(weight, weight, weight, fc.nat(2)).map(([a, b, c, label]) => {
  const total = a + b + c
  return [[a / total, b / total, c / total], label] as const
})

test('every metric is in range and inside its interval, or says why not', () => {
  fc.assert(
    fc.property(fc.array(row, { maxLength: 25 }), (rows) => {
      for (const { metric, value, ciLo, ciHi, reason } of Object.values(figures(rows))) {
        if (value === null || ciLo === null) expect(reason !== null || rows.length < 2).toBe(true)
        if (value === null) continue
        expect(value).toBeGreaterThanOrEqual(/mcc|kappa/.test(metric) ? -1 : 0)
        if (metric !== 'log_loss') expect(value).toBeLessThanOrEqual(metric === 'brier' ? 2 : 1 + 1e-12)
        if (ciLo !== null) expect(ciLo).toBeLessThanOrEqual(value + 1e-12)
        if (ciHi !== null) expect(ciHi).toBeGreaterThanOrEqual(value - 1e-12)
      }
    }),
    { numRuns: 50 },
  )
})

const sure = (c: number): readonly number[] => [0, 1, 2].map((one) => (one === c ? 1 : 0))

test('sure and right is perfect', () => {
  const found = figures([0, 1, 2, 0, 1, 2].map((c) => [sure(c), c]))
  for (const metric of 'accuracy f1_macro f1_weighted mcc cohen_kappa roc_auc_macro average_precision_macro'.split(
    ' ',
  ))
    // prettier-ignore
    expect(found[metric]!.value).toBeCloseTo(1, 12)
  for (const metric of ['log_loss', 'brier', 'ece']) expect(found[metric]!.value).toBeCloseTo(0, 12)
})

test('a class without rows leaves the means over classes undefined, by name', () => {
  const found = figures([[sure(0), 0], [sure(1), 1], [sure(1), 0], [sure(0), 1]]) // prettier-ignore
  for (const metric of ['roc_auc_macro', 'average_precision_macro'])
    expect(found[metric]).toMatchObject({ value: null, reason: '1 of 3 classes have no row: c' })
  expect(found['roc_auc_weighted']!.value).toBe(0.5)
})

test('one class only has no AUC at all', () => {
  const found = figures([[sure(0), 0], [sure(1), 0]]) // prettier-ignore
  expect(found['roc_auc_weighted']).toMatchObject({ value: null, reason: 'one class only' })
})

test('a replicate counts a row as often in every class: the bootstrap with the rows written out', () => {
  const rows = Array.from({ length: 40 }, (_, i) => {
    const [a, b] = [((i * 7) % 10) / 20, ((i * 3) % 10) / 20] // with ties
    return [[a, b, 1 - a - b], (i * i + (i >> 2)) % 3] as const
  })
  const statistic = (weights: Uint8Array): number | null => {
    const drawn = rows.flatMap((row, i) => new Array<(typeof rows)[number]>(weights[i]!).fill(row))
    const labels = Int32Array.from(drawn, ([, label]) => label)
    const probabilities = Float64Array.from(drawn.flatMap(([of]) => of))
    const each = [0, 1, 2].map((c) => averagePrecision(scoreCounts.ofClass(probabilities, 3, c, labels)))
    return each.some((one) => !one) ? null : each.reduce<number>((sum, one) => sum + one!, 0) / 3
  }
  const expected = poissonBootstrap({ rowCount: 40, statistic }, 1, { replicates: 50 })!
  const found = figures(rows)['average_precision_macro']!
  expect(found.ciLo).toBeCloseTo(Math.min(expected.lower, found.value!), 12)
  expect(found.ciHi).toBeCloseTo(Math.max(expected.upper, found.value!), 12)
})

test('values outside 0 to 1 are no probabilities', () => {
  const found = figures([[[-2, 3, 1], 1], [[0.5, 2, 1], 0]]) // prettier-ignore
  expect(found['log_loss']).toMatchObject({ value: null, reason: 'values outside 0 to 1 are no probabilities' }) // prettier-ignore
  expect(found['accuracy']!.value).toBe(0.5)
})

test('without rows everything is undefined and says so', () => {
  for (const one of Object.values(figures([])))
    expect(one).toMatchObject({ value: null, n: 0, reason: 'no labelled rows' })
})
