import fc from 'fast-check'
import { rocAuc } from '../../../../activities/evaluation/stats/roc-auc'
import { scoreCounts } from '../../../../activities/evaluation/stats/score-counts'

const rows = fc.array(fc.record({ score: fc.integer({ min: 0, max: 12 }), label: fc.nat(1) }), {
  maxLength: 40,
})
type Rows = readonly { score: number; label: number }[]
const aucOf = (some: Rows): number | null =>
  rocAuc(
    scoreCounts.create(
      Float64Array.from(some, (row) => row.score),
      Uint8Array.from(some, (row) => row.label),
    ),
  )

test.each([
  ['perfect scores', [0, 1], [0, 1], 1],
  ['scores the wrong way round', [1, 0], [0, 1], 0],
  ['one score for all', [5, 5, 5], [0, 1, 0], 0.5],
  ['one pair of four lost', [0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1], 0.75],
  ['infinite scores', [-Infinity, Infinity, Infinity], [0, 0, 1], 0.75],
  ['no row', [], [], null],
  ['no negative', [0.1, 0.2], [1, 1], null],
  ['no positive', [0.1, 0.2], [0, 0], null],
])('%s', (_, scores, labels, expected) => {
  expect(rocAuc(scoreCounts.create(Float64Array.from(scores), Uint8Array.from(labels)))).toBe(expected)
})

test('is the share of pairs won, ties half', () => {
  fc.assert(
    fc.property(rows, (some) => {
      const [ones, zeros] = [some.filter((row) => row.label === 1), some.filter((row) => row.label === 0)]
      const won = ones.flatMap((p) =>
        zeros.map((n) => (p.score > n.score ? 1 : p.score === n.score ? 0.5 : 0)),
      )
      const share = won.reduce<number>((sum, one) => sum + one, 0) / won.length
      expect(aucOf(some)).toEqual(won.length === 0 ? null : share)
    }),
  )
})

test('with the labels exchanged it is 1 minus itself', () => {
  fc.assert(
    fc.property(rows, (some) => {
      const auc = aucOf(some)
      const exchanged = aucOf(some.map(({ score, label }) => ({ score, label: 1 - label })))
      if (auc === null) expect(exchanged).toBeNull()
      else expect(exchanged).toBeCloseTo(1 - auc, 14)
    }),
  )
})

test('expected counts may be fractions', () => {
  const half = Float64Array.of(0.5, 0.5)
  expect(rocAuc({ positives: half, negatives: half })).toBe(0.5)
  expect(rocAuc({ positives: Float64Array.of(0, 0.5), negatives: Float64Array.of(0.5, 0) })).toBe(1)
})
