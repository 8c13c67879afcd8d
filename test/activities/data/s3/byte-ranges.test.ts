import { byteRanges, uploadPartBytes } from '../../../../activities/data/s3/byte-ranges'

test('an object is cut into ranges without gap or overlap, the last one smaller', () => {
  expect(byteRanges(10, 4)).toEqual([
    { start: 0, end: 4 },
    { start: 4, end: 8 },
    { start: 8, end: 10 },
  ])
  expect(byteRanges(8, 4)).toHaveLength(2)
  expect(byteRanges(0, 4)).toEqual([])
})

test('a file of any size goes up in at most 10,000 parts of 8 MiB or more', () => {
  expect(uploadPartBytes(1)).toBe(8 * 2 ** 20)
  for (const size of [2 ** 30, 2 ** 40, 5 * 2 ** 40]) {
    expect(size / uploadPartBytes(size)).toBeLessThanOrEqual(10_000)
    expect(uploadPartBytes(size) % 2 ** 20).toBe(0)
  }
})
