import { estimateAccuracy } from '../../../../activities/evaluation/accuracy/estimate-accuracy'
import { evaluateAccuracy } from '../../../../activities/evaluation/accuracy/evaluate-accuracy'

const { imul } = Math
const uniform = (multiplier: number, n: number): Float64Array =>
  Float64Array.from({ length: n }, (_, i) => (imul(i + 1, multiplier) >>> 0) / 2 ** 32)
/** Scores that promise too much: label 1 comes with probability score squared. */
const draw = (n: number, a: number, b: number) => {
  const [scores, u] = [uniform(a, n), uniform(b, n)]
  return { scores, labels: Uint8Array.from(scores, (score, i) => (u[i]! < score * score ? 1 : 0)) }
}
const reference = draw(20_000, 2654435761, 2246822519)
const current = draw(20_000, 3266489917, 668265263)

test('comes within two points of the truth where the calibration still holds', () => {
  const estimate = estimateAccuracy({ reference, scores: current.scores, threshold: 0.5 })
  const decisions = Uint8Array.from(current.scores, (score) => (score >= 0.5 ? 1 : 0))
  const hashes = BigUint64Array.from({ length: 20_000 }, (_, i) => BigInt(i))
  const truth = evaluateAccuracy('binary', { rows: { ...current, decisions }, hashes }, { seed: 1, replicates: 1 }) // prettier-ignore
  expect(estimate.map(({ metric }) => metric)).toEqual(truth.slice(0, 8).map(({ metric }) => metric))
  for (const { metric, value } of estimate) {
    const measured = truth.find((one) => one.metric === metric)!.value!
    expect(Math.abs(value! - measured)).toBeLessThan(0.02)
  }
})

test('is marked as an estimate, without interval and verdict', () => {
  const [first] = estimateAccuracy({ reference, scores: current.scores, threshold: 0.5, segment: 'origin=JFK' }) // prettier-ignore
  expect(first).toMatchObject({
    scope: 'accuracy',
    segment: 'origin=JFK',
    metric: 'accuracy',
    ciLo: null,
    verdict: 'none',
    nReference: 20_000,
    nCurrent: 20_000,
    reason: 'estimated: CBPE, isotonic on 20000 labelled rows',
  })
})

test('scores that are not finite are left out', () => {
  const scores = Float64Array.of(0.2, NaN, 0.8, Infinity)
  const found = estimateAccuracy({ reference, scores, threshold: 0.5 })
  expect(found).toEqual(estimateAccuracy({ reference, scores: Float64Array.of(0.2, 0.8), threshold: 0.5 }))
  expect(found[0]!.nCurrent).toBe(2)
})

test('says what it lacks', () => {
  const nothing = { scores: new Float64Array(), labels: new Uint8Array() }
  const one = { scores: Float64Array.of(0.5, 0.6), labels: Uint8Array.of(1, 1) }
  const reasons = (input: Parameters<typeof estimateAccuracy>[0]) => estimateAccuracy(input).map(({ value, reason }) => [value, reason]) // prettier-ignore
  const scores = current.scores
  expect(reasons({ reference: nothing, scores, threshold: 0.5 })[0]).toEqual([null, 'estimated: the reference has no labelled rows']) // prettier-ignore
  expect(reasons({ reference, scores: nothing.scores, threshold: 0.5 })[0]).toEqual([null, 'estimated: the batch has no scores']) // prettier-ignore
  expect(reasons({ reference: one, scores, threshold: 0.5 }).at(-1)).toEqual([null, 'estimated: only one class is expected']) // prettier-ignore
})
