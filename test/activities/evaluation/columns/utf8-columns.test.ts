import { vectorFromArray, Utf8 } from 'apache-arrow'
import fc from 'fast-check'
import { utf8Dictionary, utf8Lengths } from '../../../../activities/evaluation/columns/utf8-columns'

const dataOf = (texts: readonly (string | null)[]) => vectorFromArray(texts, new Utf8()).data[0]!
const anyTexts = fc.array(fc.option(fc.string({ unit: 'grapheme', maxLength: 9 })), { minLength: 1 })

test('a dictionary gives each row its text back, and has each text once', () => {
  fc.assert(
    fc.property(anyTexts, (texts) => {
      const { dictionary, codes } = utf8Dictionary(dataOf(texts))
      expect(Array.from(codes, (code) => (code < 0 ? null : dictionary[code]))).toEqual(texts)
      expect(new Set(dictionary).size).toBe(dictionary.length)
    }),
  )
})

test('short texts of different lengths that begin with NUL stay apart', () => {
  expect(utf8Dictionary(dataOf(['\0', '\0\0', '', '\0'])).codes).toEqual(Int32Array.of(0, 1, 2, 0))
})

test('length is in code points, and an empty text is empty', () => {
  const { length, empty } = utf8Lengths(dataOf(['héllo', '👩‍👩', '', '漢字']))
  expect([...length.values]).toEqual([5, 3, 0, 2])
  expect([...empty.values]).toEqual([0, 0, 1, 0])
})

test('a missing text is missing in both', () => {
  const { length, empty } = utf8Lengths(dataOf(['a', null]))
  expect(length.validity![0]! & 3).toBe(1)
  expect(empty.validity![0]! & 3).toBe(1)
})
