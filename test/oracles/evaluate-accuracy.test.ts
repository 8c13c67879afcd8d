import fs from 'node:fs'
import path from 'node:path'
import { evaluateAccuracy } from '../../activities/evaluation/accuracy/evaluate-accuracy'
import type { MetricValue } from '../../schemas/metric'
import { Deviations } from './deviations'

type Expected = Readonly<Record<string, readonly number[]>>
const oracle = JSON.parse(fs.readFileSync(path.join(__dirname, 'evaluate-accuracy.json'), 'utf8')) as {
  readonly rows: number
  readonly binary: Expected
  readonly multiclass: Expected
  readonly regression: Expected
}
const { imul, floor } = Math
const n = oracle.rows
const deviations = new Deviations()

/** (i * multiplier mod 2^32) / 2^32 for i = 1 to n, as in evaluate_accuracy.py. */
const uniform = (multiplier: number): Float64Array =>
  Float64Array.from({ length: n }, (_, i) => (imul(i + 1, multiplier) >>> 0) / 2 ** 32)
const [u0, u1, u2, u3] = [2654435761, 2246822519, 3266489917, 668265263].map(uniform) as [
  Float64Array,
  Float64Array,
  Float64Array,
  Float64Array,
]
const hashes = BigUint64Array.from({ length: n }, (_, i) =>
  BigInt.asUintN(64, BigInt(i + 1) * 0x9e3779b97f4a7c15n),
)

/** The oracle's derivatives are differences: 1e-7. */
const byDifference = /^(mcc|(precision|recall|f1)_(macro|weighted))$/

function compare(found: readonly MetricValue[], expected: Expected, task: string): void {
  expect(found.map(({ metric }) => metric).sort()).toEqual(Object.keys(expected).sort())
  for (const { metric, value, ciLo, ciHi } of found) {
    const [of, ...bounds] = expected[metric]!
    deviations.check(`${task} ${metric}`, [value], [of!])
    if (bounds.length > 0)
      deviations.check(`${task} ${metric} interval`, [ciLo, ciHi], bounds, {
        allowed: byDifference.test(metric) ? 1e-7 : 1e-9,
      })
    else if (metric !== 'near_zero_count') {
      // bootstrapped
      expect(ciLo).toBeLessThanOrEqual(value!)
      expect(ciHi).toBeGreaterThanOrEqual(value!)
      expect(ciHi).toBeGreaterThan(ciLo!)
    }
  }
}

test('a binary batch has scikit-learn’s metrics and statsmodels’ intervals', () => {
  const scores = u0.map((u) => floor(u * 500) / 500)
  const labels = Uint8Array.from(scores, (score, i) => (u1[i]! < 0.15 + 0.6 * score ? 1 : 0))
  const decisions = Uint8Array.from(scores, (score) => (score >= 0.45 ? 1 : 0))
  const found = evaluateAccuracy('binary', { rows: { scores, labels, decisions }, hashes }, { seed: 1 })
  compare(found, oracle.binary, 'binary')
})

test('a multiclass batch has scikit-learn’s metrics', () => {
  const probabilities = new Float64Array(3 * n)
  const labels = new Int32Array(n)
  for (let i = 0; i < n; i++) {
    const total = u0[i]! + u1[i]! + u2[i]!
    const p = [u0[i]! / total, u1[i]! / total, u2[i]! / total] as const
    probabilities.set(p, 3 * i)
    labels[i] = u3[i]! < p[0] ? 0 : u3[i]! < p[0] + p[1] ? 1 : 2
  }
  const rows = { probabilities, classes: ['a', 'b', 'c'], labels }
  compare(evaluateAccuracy('multiclass', { rows, hashes }, { seed: 1 }), oracle.multiclass, 'multiclass')
})

test('a regression batch has scikit-learn’s metrics and numpy’s quantiles', () => {
  const labels = u0.map((u) => 100 * u - 30)
  const predictions = labels.map((label, i) => label + 10 * (u1[i]! - 0.45) * u2[i]!)
  const options = { seed: 1, pinballAlpha: 0.9 }
  const found = evaluateAccuracy('regression', { rows: { predictions, labels }, hashes }, options)
  compare(found, oracle.regression, 'regression')
})

afterAll(() => {
  process.stdout.write(`whole batches: largest relative deviation from the oracle\n${deviations.table()}`)
})
