import { columnBins } from '../../../../activities/evaluation/profiles/column-bins'
import type { ProfileColumn } from '../../../../activities/evaluation/profiles/profile-column'
import { unseenValues } from '../../../../activities/evaluation/profiles/unseen-values'

const sampleOf = (column: ProfileColumn, rows: number) => ({
  hashes: new BigUint64Array(rows),
  columns: new Map([['t', column]]),
})
const texts = (list: readonly (string | null)[]): ProfileColumn => {
  const dictionary = [...new Set(list.flatMap((text) => text ?? []))]
  return { dictionary, codes: Int32Array.from(list, (text) => dictionary.indexOf(text ?? '?')) }
}
const sixty = Array.from({ length: 60 }, (_, i) => `v${i}`)

test('texts that are neither levels nor among the others are unseen, most frequent first', () => {
  const sample = sampleOf(texts(['v0', 'v59', 'x', null, 'y', 'y', 'a']), 7)
  expect([...unseenValues(sample, 't', columnBins(texts(sixty)))]).toEqual([
    ['y', 2],
    ['a', 1],
    ['x', 1],
  ])
})

test('no more than ten, or as many as asked for', () => {
  const sample = sampleOf(texts(sixty), 60)
  expect(unseenValues(sample, 't', columnBins(texts(['z']))).size).toBe(10)
  expect([...unseenValues(sample, 't', columnBins(texts(['z'])), 2).keys()]).toEqual(['v0', 'v1'])
})

test('of numbers that are categories their text is told, of missing and infinite ones nothing', () => {
  const values = Float64Array.of(1, 2.5, -0, Infinity, 9)
  const sample = sampleOf({ values, validity: Uint8Array.of(0b01111) }, 5)
  const bins = columnBins({ values: Float64Array.of(1, 1) })
  expect([...unseenValues(sample, 't', bins)]).toEqual([
    ['0', 1],
    ['2.5', 1],
  ])
})

test('numeric bins and a column that is not there have none', () => {
  const values = Float64Array.from({ length: 100 }, (_, i) => i)
  expect(unseenValues(sampleOf({ values: Float64Array.of(-1) }, 1), 't', columnBins({ values })).size).toBe(0)
  expect(unseenValues(sampleOf(texts(['a']), 1), 'gone', columnBins(texts(['b']))).size).toBe(0)
})
