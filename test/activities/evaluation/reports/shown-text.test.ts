import fc from 'fast-check'
import { shownText } from '../../../../activities/evaluation/reports/shown-text'

test('what cannot be seen, or would turn or break the line, is written out', () => {
  expect(shownText('a\u0000b\nc\u202ed\u200be\ud800')).toBe('a\\u{0}b\\u{a}c\\u{202e}d\\u{200b}e\\u{d800}')
  expect(shownText('Zürich 東京 🛫')).toBe('Zürich 東京 🛫')
})

test('long texts end in an ellipsis, between characters', () => {
  expect(shownText('🛫'.repeat(100), 5)).toBe('🛫🛫🛫🛫…')
  expect(shownText('12345', 5)).toBe('12345')
})

test('whatever it is given, it stays on one line', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(shownText(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
    }),
  )
})
