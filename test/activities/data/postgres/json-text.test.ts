import { jsonText } from '../../../../activities/data/postgres/json-text'

test.each([
  ['NUL', 'a\0b', 'a�b'],
  ['NUL in a row', '\0\0', '��'],
  ['the first half of a pair', 'a\ud83d', 'a�'],
  ['the second half', '\ude00b', '�b'],
  ['a whole pair', '😀', '😀'],
  ['six characters that look like an escape', '\\u0000', '\\u0000'],
  ['NUL behind a backslash', '\\\0', '\\�'],
  ['quotes, newlines and other control characters', '"\n\u0001\\', '"\n\u0001\\'],
])('%s', (_, text, shown) => {
  expect(JSON.parse(jsonText({ [text]: [text] }))).toEqual({ [shown]: [shown] })
})
