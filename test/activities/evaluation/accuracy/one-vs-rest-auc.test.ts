import { oneVsRestAuc } from '../../../../activities/evaluation/accuracy/one-vs-rest-auc'
import { delongInterval } from '../../../../activities/evaluation/stats/delong-interval'
import { scoreCounts } from '../../../../activities/evaluation/stats/score-counts'

/** With ties. */
const scores = Float64Array.from({ length: 40 }, (_, i) => ((i * 17) % 8) / 8)
const labels = Int32Array.from(scores, (score, i) => (score + ((i * 7) % 10) / 12 > 0.7 ? 1 : 0))
const two = Float64Array.from(scores).reduce<number[]>((all, score) => [...all, 1 - score, score], [])

test('of two classes each AUC, and so both means, is the binary one with DeLong’s interval', () => {
  const found = oneVsRestAuc({ probabilities: Float64Array.from(two), classes: ['a', 'b'], labels })
  const binary = delongInterval(scoreCounts.create(scores, Uint8Array.from(labels)))!
  for (const one of [found.perClass[0], found.perClass[1], found.macro, found.weighted]) {
    expect(one!.auc).toBeCloseTo(binary.auc, 14)
    expect(one!.interval!.lower).toBeCloseTo(binary.lower, 12)
    expect(one!.interval!.upper).toBeCloseTo(binary.upper, 12)
  }
})

test('a class without rows has no AUC, nor has the plain mean; the weighted one goes without it', () => {
  const three = Float64Array.from([...scores].flatMap((score) => [1 - score, score, 0]))
  const { perClass, macro, weighted } = oneVsRestAuc({
    probabilities: three,
    classes: ['a', 'b', 'c'],
    labels,
  })
  expect(perClass[2]).toBeNull()
  expect(macro).toBeNull()
  expect(weighted!.auc).toBeCloseTo(perClass[1]!.auc, 14)
})

test('a class with one row has an AUC and no interval', () => {
  const once = Int32Array.from(labels, (_, i) => (i === 3 ? 1 : 0))
  const { macro } = oneVsRestAuc({ probabilities: Float64Array.from(two), classes: ['a', 'b'], labels: once })
  expect(macro!.auc).toBeGreaterThan(0)
  expect(macro!.interval).toBeNull()
})

test('without rows there is nothing', () => {
  const none = { probabilities: new Float64Array(), classes: ['a', 'b'], labels: new Int32Array() }
  expect(oneVsRestAuc(none)).toEqual({ perClass: [null, null], macro: null, weighted: null })
})
