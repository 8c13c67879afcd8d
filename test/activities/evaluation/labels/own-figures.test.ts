import { evaluateAccuracy } from '../../../../activities/evaluation/accuracy/evaluate-accuracy'
import { ownFigures } from '../../../../activities/evaluation/labels/own-figures'
import { rowHashes } from '../../../../activities/evaluation/profiles/row-hashes'

/** Calibrated scores, and the share of each that is flipped to the other label. */
function rows(n: number, flipped = 0) {
  const scores = Float64Array.from({ length: n }, (_, i) => ((i * 617) % n) / n)
  const labels = Uint8Array.from(scores, (score, i) => {
    const label = ((i * 389) % n) / n < score ? 1 : 0
    return i % 100 < flipped ? 1 - label : label
  })
  return { scores, labels }
}
const own = ownFigures({ ...rows(5_000), threshold: 0.5 })
const verdicts = (flipped: number, n = 1_000) => {
  const { scores, labels } = rows(n, flipped)
  const decisions = Uint8Array.from(scores, (score) => (score >= 0.5 ? 1 : 0))
  const data = { rows: { scores, labels, decisions }, hashes: rowHashes(n) }
  const options = { seed: 1, replicates: 2, thresholds: own.thresholds, reference: own.figures }
  const values = evaluateAccuracy('binary', data, options)
  return Object.fromEntries(
    values.filter(({ verdict }) => verdict !== 'none').map((one) => [one.metric, one.verdict]),
  )
}

test('a batch as good as the reference is ok, and only proper scores are judged', () => {
  expect(verdicts(0)).toEqual({ log_loss: 'ok', brier: 'ok' })
})

test('over a quarter worse fails, a little worse does not', () => {
  expect(verdicts(40)).toEqual({ log_loss: 'fail', brier: 'fail' })
  expect(verdicts(2)).toEqual({ log_loss: 'ok', brier: 'ok' })
})

test('limits are 10 % and 25 % of the reference’s own figure', () => {
  for (const { metric, value } of own.figures) {
    const { warn, fail } = own.thresholds.find((one) => one.metric === metric)!
    expect([warn! / value!, fail! / value!]).toEqual([expect.closeTo(0.1, 12), expect.closeTo(0.25, 12)])
  }
})
