import { rowHashes } from '../../../../activities/evaluation/profiles/row-hashes'

test('the hashes of rows are the same every time, and those of fewer rows their beginning', () => {
  expect(rowHashes(10)).toEqual(rowHashes(20).slice(0, 10))
})

test('they are distinct and spread evenly', () => {
  const hashes = rowHashes(100_000)
  expect(new Set(hashes).size).toBe(100_000)
  const lowTenth = hashes.filter((hash) => hash < 2n ** 64n / 10n).length
  expect(Math.abs(lowTenth - 10_000)).toBeLessThan(400)
})

test('the first k by hash are no stretch of the rows', () => {
  const hashes = rowHashes(10_000)
  const limit = [...hashes].sort((a, b) => (a < b ? -1 : 1))[1_000]!
  const mean = [...hashes].reduce((sum, hash, row) => (hash < limit ? sum + row / 1_000 : sum), 0)
  expect(Math.abs(mean - 5_000)).toBeLessThan(300)
})
