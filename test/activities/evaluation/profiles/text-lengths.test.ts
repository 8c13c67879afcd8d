import { textLengths } from '../../../../activities/evaluation/profiles/text-lengths'

test('a length is in code points: an emoji is one, a combining mark too', () => {
  const { length } = textLengths({
    dictionary: ['ab', '😀', 'e\u0301', '\ud800'],
    codes: Int32Array.of(0, 1, 2, 3),
  })
  expect([...length.values]).toEqual([2, 1, 2, 1])
})

test('an empty text has length 0 and is empty, a missing one is missing in both', () => {
  const { length, empty } = textLengths({ dictionary: ['', 'x'], codes: Int32Array.of(0, 1, -1) })
  expect([[...length.values], [...empty.values]]).toEqual([
    [0, 1, 0],
    [1, 0, 0],
  ])
  expect([length.validity, empty.validity]).toEqual([Uint8Array.of(0b011), Uint8Array.of(0b011)])
})

test('a code beyond the dictionary is refused', () => {
  expect(() => textLengths({ dictionary: [], codes: Int32Array.of(0) })).toThrow('row 0 has code 0')
})
