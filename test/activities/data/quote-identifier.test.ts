import fc from 'fast-check'
import { parseTableName, quoteIdentifier, quoteLiteral } from '../../../activities/data/quote-identifier'

describe('quoteIdentifier', () => {
  test.each([
    ['plain', '"plain"'],
    ['Two words', '"Two words"'],
    ['a"b', '"a""b"'],
    ['"; drop table t; --', '"""; drop table t; --"'],
    ['größe 雪', '"größe 雪"'],
  ])('%s becomes %s', (name, quoted) => expect(quoteIdentifier(name)).toBe(quoted))

  test('a name with NUL is refused, shown escaped', () =>
    expect(() => quoteIdentifier('a\0b')).toThrow(/"a\\u0000b", which holds the character NUL/))

  test('an empty name is refused', () => expect(() => quoteIdentifier('')).toThrow(/an empty name/))
})

describe('quoteLiteral', () => {
  test.each([
    ["it's", "'it''s'"],
    ['back\\slash', "'back\\slash'"],
    ['', "''"],
  ])('%s becomes %s', (text, quoted) => expect(quoteLiteral(text)).toBe(quoted))

  test('NUL is refused', () => expect(() => quoteLiteral('\0')).toThrow(/INPUT_INVALID/))
})

describe('parseTableName', () => {
  test.each([
    ['flights', 'public', 'flights'],
    ['predictions.flights_late', 'predictions', 'flights_late'],
    ['Predictions.FLIGHTS', 'predictions', 'flights'],
    ['"We ird"."x;y"', 'We ird', 'x;y'],
    ['"a.b".C', 'a.b', 'c'],
    ['"say ""hi"""', 'public', 'say "hi"'],
    ['größe', 'public', 'größe'],
  ])('%s is schema %s, table %s', (text, schema, table) =>
    expect(parseTableName(text)).toEqual({ schema, table }),
  )

  test.each(['', '.', 'a.', '.a', 'a.b.c', 'a b', '"a', '"a"b', 'a"b"', '""', '"\0"'])(
    '%j is refused',
    (text) => expect(() => parseTableName(text)).toThrow(/INPUT_INVALID/),
  )

  test('what quoteIdentifier quotes comes back as it was', () => {
    const name = fc.string({ unit: 'grapheme', minLength: 1 }).filter((s) => !s.includes('\0'))
    fc.assert(
      fc.property(name, name, (schema, table) =>
        expect(parseTableName(`${quoteIdentifier(schema)}.${quoteIdentifier(table)}`)).toEqual({
          schema,
          table,
        }),
      ),
    )
  })
})
