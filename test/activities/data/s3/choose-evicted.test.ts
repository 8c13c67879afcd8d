import { chooseEvicted } from '../../../../activities/data/s3/choose-evicted'

const entries = [
  { name: 'new', sizeBytes: 40, usedMs: 30 },
  { name: 'old', sizeBytes: 40, usedMs: 10 },
  { name: 'middle', sizeBytes: 40, usedMs: 20 },
]
const evicted = (boundBytes: number, kept: string): string[] =>
  chooseEvicted(entries, boundBytes, kept).evicted.map(({ name }) => name)

test('nothing goes while the bound is kept', () => expect(evicted(120, 'new')).toEqual([]))

test('the least recently used go until nine tenths of the bound are left', () => {
  expect(evicted(119, 'new')).toEqual(['old'])
  expect(evicted(85, 'new')).toEqual(['old', 'middle'])
})

test('what has just arrived stays, even alone beyond the bound', () => {
  expect(evicted(1, 'old')).toEqual(['middle', 'new'])
})

test('entries are looked at again once an eighth of what is free has arrived', () => {
  expect(chooseEvicted(entries, 1_000, 'new').roomBytes).toBe((1_000 - 120) / 8)
  expect(chooseEvicted(entries, 119, 'new').roomBytes).toBe((119 - 80) / 8)
  expect(chooseEvicted(entries, 1, 'old').roomBytes).toBe(0)
})
