import fc from 'fast-check'
import {
  categoricalLevels,
  countLevels,
  createLevelCounts,
  levelSlots,
  mergeLevelCounts,
  type CategoricalLevels,
  type LevelCounts,
} from '../../../../activities/evaluation/stats/categorical-levels'

const levelsOf = (counts: Readonly<Record<string, number>>): CategoricalLevels =>
  categoricalLevels(new Map(Object.entries(counts)))

const counted = (levels: CategoricalLevels, values: readonly (string | null)[]): LevelCounts => {
  const dictionary = [...new Set(values.filter((value) => value !== null))]
  const counts = createLevelCounts(levels)
  const codes = Int32Array.from(values, (value) => (value === null ? -1 : dictionary.indexOf(value)))
  countLevels(counts, codes, levelSlots(levels, dictionary))
  return counts
}

const many = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`v${i}`, 100 - i]))

test('levels are the most frequent values first, of equal ones the first by name', () => {
  expect(levelsOf({ b: 2, a: 2, c: 5 })).toMatchObject({
    levels: ['c', 'a', 'b'],
    counts: Float64Array.of(5, 2, 2, 0, 0),
  })
})

test('names are in the order of code points: an emoji comes after all of the basic plane', () => {
  const { levels } = levelsOf({ '😀': 1, '\uffff': 1, ｚ: 1, Z: 1, a: 1, '': 1, aa: 1, '\ud7ff': 1 })
  expect(levels).toEqual(['', 'Z', 'a', 'aa', '\ud7ff', 'ｚ', '\uffff', '😀'])
})

test('there are at most 50, the rest of the reference is OTHER', () => {
  const { levels, others, counts } = levelsOf(many)
  expect(levels).toHaveLength(50)
  expect([...others]).toEqual(['v50', 'v51', 'v52', 'v53', 'v54', 'v55', 'v56', 'v57', 'v58', 'v59'])
  expect([counts[50], counts[51]]).toEqual([455, 0])
})

test('current rows are counted by level, as OTHER, as UNSEEN or as missing', () => {
  const { slots, missing } = counted(levelsOf(many), [
    'v0',
    'v0',
    'v49',
    'v50',
    'v59',
    'new',
    null,
    'newer',
    'newest',
  ])
  expect([slots[0], slots[49], slots[50], slots[51], missing]).toEqual([2, 1, 2, 3, 1])
})

test('a renamed category is unseen', () => {
  expect([...counted(levelsOf({ UA: 3, AA: 3 }), ['United', 'AA']).slots]).toEqual([1, 0, 0, 1])
})

test('a value without rows in the reference is unseen', () => {
  expect([...counted(levelsOf({ a: 1, b: 0 }), ['b']).slots]).toEqual([0, 0, 1])
})

test('of an empty reference everything is unseen', () => {
  expect([...counted(levelsOf({}), ['a', 'b']).slots]).toEqual([0, 2])
})

test('a code beyond the dictionary is refused', () => {
  const levels = levelsOf({ a: 1 })
  const count = (): void =>
    countLevels(createLevelCounts(levels), Int32Array.of(0, 1), levelSlots(levels, ['a']))
  expect(count).toThrow('row 1 has code 1, the dictionary 1 values')
})

test('counts of other levels are not merged', () => {
  const [one, other] = [createLevelCounts(levelsOf({ a: 1 })), createLevelCounts(levelsOf({}))]
  expect(() => mergeLevelCounts(one, other)).toThrow(RangeError)
})

const value = fc.oneof(
  fc.constantFrom('v0', 'v7', 'v49', 'v50', 'v55', '__proto__', 'constructor', null),
  fc.string(),
)

test('merged in any split and order, counts are the same, and every row is counted once', () => {
  fc.assert(
    fc.property(fc.array(value, { maxLength: 40 }), fc.nat(40), (values, cut) => {
      const levels = levelsOf(many)
      const merged = counted(levels, values.slice(cut))
      mergeLevelCounts(merged, counted(levels, values.slice(0, cut)))
      expect(merged).toEqual(counted(levels, values))
      expect(merged.slots.reduce((sum, count) => sum + count, merged.missing)).toBe(values.length)
    }),
  )
})

test('the reference counted on its own levels has its own counts', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 2 }), { maxLength: 200 }), (values) => {
      const rows = new Map<string, number>()
      for (const one of values) rows.set(one, (rows.get(one) ?? 0) + 1)
      const levels = categoricalLevels(rows)
      expect(counted(levels, values).slots).toEqual(levels.counts)
    }),
  )
})
