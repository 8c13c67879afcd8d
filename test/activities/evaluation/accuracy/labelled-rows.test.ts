import fc from 'fast-check'
import { labelledRows } from '../../../../activities/evaluation/accuracy/labelled-rows'

test('a binary row with a score that is not finite cannot be used', () => {
  const rows = {
    scores: Float64Array.of(0.1, NaN, 0.3, Infinity),
    labels: new Uint8Array(4),
    decisions: new Uint8Array(4),
  }
  expect([...labelledRows.usable('binary', rows)]).toEqual([0, 2])
})

test('a multiclass row of an unknown class, or with one NaN, cannot be used', () => {
  const rows = {
    probabilities: Float64Array.of(0.5, 0.5, 0.5, 0.5, 0.5, NaN, 1, 0),
    classes: ['a', 'b'],
    labels: Int32Array.of(0, -1, 1, 2),
  }
  expect([...labelledRows.usable('multiclass', rows)]).toEqual([0])
})

test('a regression row whose squared error is not finite cannot be used', () => {
  const rows = {
    predictions: Float64Array.of(1, NaN, 1, 1e200),
    labels: Float64Array.of(1, 1, -Infinity, 0),
  }
  expect([...labelledRows.usable('regression', rows)]).toEqual([0])
})

test('rows are taken whole, in the order asked for', () => {
  const positions = fc.array(fc.nat(9), { maxLength: 20 })
  fc.assert(
    fc.property(positions, (at) => {
      const probabilities = Float64Array.from({ length: 30 }, (_, i) => i)
      const labels = Int32Array.from({ length: 10 }, (_, i) => 100 + i)
      const taken = labelledRows.take('multiclass', { probabilities, classes: ['a', 'b', 'c'], labels }, Uint32Array.from(at)) // prettier-ignore
      expect([...taken.labels]).toEqual(at.map((row) => 100 + row))
      expect([...taken.probabilities]).toEqual(at.flatMap((row) => [3 * row, 3 * row + 1, 3 * row + 2]))
      const bytes = Uint8Array.from({ length: 10 }, (_, i) => i)
      const scores = Float64Array.from(bytes)
      const binary = labelledRows.take('binary', { scores, labels: bytes, decisions: bytes }, Uint32Array.from(at)) // prettier-ignore
      for (const column of Object.values(binary)) expect([...column]).toEqual(at)
    }),
  )
})
