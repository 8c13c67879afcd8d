import fc from 'fast-check'
import { LargestDifferences } from '../../../../activities/evaluation/comparison/largest-differences'

const rowsOf = (most: number, differences: readonly number[], flipped: readonly number[] = []) => {
  const largest = new LargestDifferences(most)
  const block = {
    present: new Uint8Array(differences.length).fill(3),
    differences: Float64Array.from(differences),
    flipped: Uint8Array.from(differences, (_, i) => flipped[i] ?? 0),
  }
  largest.add(block, 0, 100)
  return largest.rows().map(({ row }) => row - 100)
}

test('what is not finite comes first, then size, then flips, then the order of rows', () => {
  expect(rowsOf(9, [0.1, -0.3, NaN, 0.3, 0, 0, -0.1], [0, 0, 0, 1, 1, 0, 0])).toEqual([2, 3, 1, 0, 6, 4])
})

test('rows that one model scored, or that do not differ, are none of them', () => {
  const largest = new LargestDifferences(9)
  const present = Uint8Array.of(1, 2, 3)
  largest.add({ present, differences: Float64Array.of(NaN, 1, 0), flipped: Uint8Array.of(1, 1, 0) }, 0, 0)
  expect(largest.rows()).toEqual([])
})

test('in blocks it keeps what sorting all of them gives', () => {
  const differences = fc.array(fc.integer({ min: -9, max: 9 }), { maxLength: 60 })
  fc.assert(
    fc.property(differences, fc.integer({ min: 1, max: 20 }), (values, cut) => {
      const largest = new LargestDifferences(5)
      for (let from = 0; from < values.length; from += cut) {
        const part = values.slice(from, from + cut)
        const [present, flipped] = [new Uint8Array(part.length).fill(3), new Uint8Array(part.length)]
        largest.add({ present, differences: Float64Array.from(part), flipped }, 0, from)
      }
      const sorted = [...values.keys()]
        .filter((row) => values[row] !== 0)
        .sort((a, b) => Math.abs(values[b]!) - Math.abs(values[a]!) || a - b)
      expect(largest.rows().map(({ row }) => row)).toEqual(sorted.slice(0, 5))
    }),
  )
})
