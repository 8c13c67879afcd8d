import { columnBins } from '../../../../activities/evaluation/profiles/column-bins'

const distinct = (count: number): Float64Array => Float64Array.from({ length: 100 }, (_, i) => i % count)

test('20 distinct numbers are categories, 21 are numeric', () => {
  expect(columnBins({ values: distinct(20) })).toMatchObject({ kind: 'categorical', of: 'number' })
  const bins = columnBins({ values: distinct(21) })
  expect(bins.kind).toBe('numeric')
  if (bins.kind === 'numeric') expect(bins.edges).toHaveLength(9)
})

test('only finite values count as distinct; -0 is 0', () => {
  const bins = columnBins({ values: Float64Array.of(-0, 0, 1, NaN, Infinity, -Infinity) })
  if (bins.kind !== 'categorical') throw new Error('numeric')
  expect(bins.levels).toMatchObject({ levels: ['0', '1'], counts: Float64Array.of(2, 1, 0, 0) })
})

test('a column without values is categorical without levels', () => {
  const bins = columnBins({ values: Float64Array.of(NaN), validity: Uint8Array.of(0) })
  expect(bins).toMatchObject({ kind: 'categorical', levels: { levels: [] } })
})

test('texts are categorical with any number of values; of a value twice in the dictionary the rows are added', () => {
  const dictionary = [...Array.from({ length: 60 }, (_, i) => `v${i}`), 'v7']
  const codes = Int32Array.from({ length: 62 }, (_, i) => i - 1)
  const bins = columnBins({ dictionary, codes })
  if (bins.kind !== 'categorical') throw new Error('numeric')
  expect(bins.of).toBe('text')
  expect(bins.levels.levels[0]).toBe('v7')
  expect(bins.levels.counts.reduce((sum, count) => sum + count)).toBe(61)
})

test('a code beyond the dictionary is refused', () => {
  expect(() => columnBins({ dictionary: ['a'], codes: Int32Array.of(1) })).toThrow('row 0 has code 1')
})
