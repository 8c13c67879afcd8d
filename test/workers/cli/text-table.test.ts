import { textTable } from '../../../workers/cli/text-table'

const columns = [{ title: 'NAME' }, { title: 'ROWS', align: 'right' }] as const

test('numbers line up to the right, words to the left', () => {
  expect(
    textTable(columns, [
      ['a', '1'],
      ['long', '1,000'],
    ]),
  ).toEqual(['NAME   ROWS', 'a         1', 'long  1,000'])
})

test('a row may be short', () => {
  expect(textTable([{ title: 'A' }, { title: 'B' }], [['x']])).toEqual(['A  B', 'x'])
})

test('line breaks and control characters of a value are shown escaped', () => {
  expect(textTable([{ title: 'A' }], [['one\ntwo\x1b[31m']])).toEqual(['A', 'one\\ntwo\\u001b[31m'])
})

test('a letter outside the basic plane is one character wide', () => {
  expect(
    textTable(
      [{ title: 'A' }, { title: 'B' }],
      [
        ['𝒳', 'y'],
        ['ab', 'z'],
      ],
    ),
  ).toEqual(['A   B', '𝒳   y', 'ab  z'])
})
