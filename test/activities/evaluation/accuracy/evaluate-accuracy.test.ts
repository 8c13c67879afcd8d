import { evaluateAccuracy } from '../../../../activities/evaluation/accuracy/evaluate-accuracy'
import type { MetricValue } from '../../../../schemas/metric'

const n = 900
const { imul } = Math
const uniform = (multiplier: number): number[] =>
  Array.from({ length: n }, (_, i) => (imul(i + 1, multiplier) >>> 0) / 2 ** 32)
const [u, v] = [uniform(2654435761), uniform(2246822519)]

interface Row {
  readonly score: number
  readonly label: number
  readonly hash: bigint
  readonly carrier: number
}
const rows: Row[] = u.map((score, i) => ({
  score: Math.round(score * 100) / 100,
  label: v[i]! < score ? 1 : 0,
  hash: BigInt.asUintN(64, BigInt(i + 1) * 0x9e3779b97f4a7c15n),
  carrier: i % 9 === 0 ? 1 : i % 50 === 7 ? -1 : 0,
}))
const dataOf = (some: readonly Row[]) => ({
  rows: {
    scores: Float64Array.from(some, ({ score }) => score),
    labels: Uint8Array.from(some, ({ label }) => label),
    decisions: Uint8Array.from(some, ({ score }) => (score >= 0.5 ? 1 : 0)),
  },
  hashes: BigUint64Array.from(some, ({ hash }) => hash),
  segments: [
    {
      column: 'carrier',
      codes: Int32Array.from(some, ({ carrier }) => carrier),
      values: ['AA', 'UA', 'none'],
    },
  ],
})
const options = { seed: 7, replicates: 30, sampleRows: 300 }
const find = (found: readonly MetricValue[], metric: string, segment: string | null = null): MetricValue =>
  found.find((one) => one.metric === metric && one.segment === segment)!

test('has each metric of all rows and of each segment that has rows', () => {
  const found = evaluateAccuracy('binary', dataOf(rows), options)
  expect([...new Set(found.map(({ segment }) => segment))]).toEqual([null, 'carrier=AA', 'carrier=UA'])
  expect(found).toHaveLength(3 * 12)
  expect(find(found, 'accuracy', 'carrier=UA')).toMatchObject({
    scope: 'accuracy',
    column: null,
    nCurrent: 100,
    verdict: 'skipped',
    reason: '100 labelled rows, 200 are judged',
  })
  expect(find(found, 'accuracy', 'carrier=UA').value).toBeGreaterThan(0.5)
})

test('a segment is what its rows alone would be', () => {
  const alone = rows.filter(({ carrier }) => carrier === 0)
  const { segments: _, ...data } = dataOf(alone)
  const found = evaluateAccuracy('binary', dataOf(rows), options)
  expect(found.filter(({ segment }) => segment === 'carrier=AA').map((one) => ({ ...one, segment: null }))).toEqual(
    evaluateAccuracy('binary', data, options),
  ) // prettier-ignore
})

test('does not depend on the order of the rows', () => {
  const shuffled = [...rows].sort((a, b) => (a.hash % 1009n < b.hash % 1009n ? -1 : 1))
  const [one, other] = [rows, shuffled].map((some) => evaluateAccuracy('binary', dataOf(some), options))
  one!.forEach((value, i) => {
    const same = other![i]!
    for (const key of ['value', 'ciLo', 'ciHi'] as const) expect(same[key]).toBeCloseTo(value[key]!, 12)
    expect({ ...same, value: 0, ciLo: 0, ciHi: 0 }).toEqual({ ...value, value: 0, ciLo: 0, ciHi: 0 })
  })
})

test('the seed moves what is bootstrapped and nothing else', () => {
  const [one, other] = [7, 8].map((seed) =>
    evaluateAccuracy('binary', { ...dataOf(rows), segments: [] }, { ...options, seed }),
  )
  const moved = one!.filter((value, i) => value.ciHi !== other![i]!.ciHi || value.ciLo !== other![i]!.ciLo)
  expect(moved.map(({ metric }) => metric)).toEqual(['average_precision', 'ece'])
  expect(moved[0]!.reason).toBe('sampled: the interval is that of 300 of 900 rows')
})

test('rows that cannot be used are left out of every metric and counted', () => {
  const broken = rows.map((row, i) => (i % 300 === 0 ? { ...row, score: NaN } : row))
  const found = evaluateAccuracy('binary', { ...dataOf(broken), segments: [] }, options)
  const kept = broken.filter(({ score }) => !Number.isNaN(score))
  const without = evaluateAccuracy('binary', { ...dataOf(kept), segments: [] }, options)
  expect(found.map(({ value, ciLo, nCurrent }) => [value, ciLo, nCurrent])).toEqual(
    without.map(({ value, ciLo, nCurrent }) => [value, ciLo, nCurrent]),
  )
  expect(find(found, 'brier').reason).toBe('3 of 900 rows left out: not finite or of no known class')
})

test('thresholds are judged where they apply, relative ones against the same segment of the reference', () => {
  const reference = evaluateAccuracy('binary', dataOf(rows), options)
  const worse = rows.map((row) => ({ ...row, label: row.carrier === 0 ? 1 - row.label : row.label }))
  const thresholds = [
    { metric: 'roc_auc', kind: 'relative', warn: 0.02, fail: 0.05 },
    { metric: 'brier', segment: null, kind: 'absolute', warn: 0.01, fail: null },
  ] as const
  const found = evaluateAccuracy('binary', dataOf(worse), { ...options, thresholds, reference, minRows: 50 })
  expect(find(found, 'roc_auc')).toMatchObject({ verdict: 'fail', nReference: n })
  expect(find(found, 'roc_auc', 'carrier=AA').verdict).toBe('fail')
  expect(find(found, 'roc_auc', 'carrier=UA')).toMatchObject({ verdict: 'ok', nReference: 100 })
  expect(find(found, 'brier')).toMatchObject({ verdict: 'warn', warnAt: 0.01, failAt: null, nReference: null }) // prettier-ignore
  expect(find(found, 'brier', 'carrier=AA').verdict).toBe('none')
  expect(find(found, 'accuracy').verdict).toBe('none')
})

test('the other tasks run by the same function; top-k only under the number of classes', () => {
  const hashes = dataOf(rows).hashes
  const regression = { predictions: Float64Array.from(u), labels: Float64Array.from(v) }
  expect(evaluateAccuracy('regression', { rows: regression, hashes }, options).map(({ metric }) => metric)).toContain('rmse') // prettier-ignore
  const probabilities = Float64Array.from(rows.flatMap(({ score }) => [score / 2, 1 - score, score / 2]))
  const labels = Int32Array.from(rows, ({ label }, i) => (i % 5 === 0 ? 2 : label))
  const found = evaluateAccuracy('multiclass', { rows: { probabilities, classes: ['a', 'b', 'c'], labels }, hashes }, options) // prettier-ignore
  expect(found.map(({ metric }) => metric).filter((metric) => metric.startsWith('top_'))).toEqual(['top_2_accuracy']) // prettier-ignore
})

test('columns of unequal length are refused by name', () => {
  const data = dataOf(rows)
  expect(() => evaluateAccuracy('binary', { ...data, hashes: data.hashes.subarray(1) }, options)).toThrow(
    'hashes has 899 rows, labels has 900',
  )
  const multiclass = { probabilities: new Float64Array(5), classes: ['a', 'b'], labels: new Int32Array(2) }
  expect(() => evaluateAccuracy('multiclass', { rows: multiclass, hashes: data.hashes.subarray(0, 2) }, options)).toThrow('there are 5 probabilities, 2 x 2 are expected') // prettier-ignore
})

test('a batch without labelled rows is skipped in every metric', () => {
  for (const one of evaluateAccuracy('binary', dataOf([]), options))
    expect(one).toMatchObject({ value: null, verdict: 'skipped', nCurrent: 0 })
})
