import { bindBatch, lineAndColumn } from '../../../../activities/data/sources/bind-batch'

const bound = (query: string): string => bindBatch(query, 'B').sql

describe('bindBatch', () => {
  test.each([
    ['select $batch', 'select B'],
    ['$batch::date = $batch', 'B::date = B'],
    ['x=$batch-1', 'x=B-1'],
    ["where d = $batch and n = '$batch'", "where d = B and n = '$batch'"],
    ["'it''s $batch' $batch", "'it''s $batch' B"],
    ["E'it\\'s $batch' || $batch", "E'it\\'s $batch' || B"],
    ["'back\\' || $batch", "'back\\' || B"],
    ['"$batch" $batch', '"$batch" B'],
    ['"a""$batch" $batch', '"a""$batch" B'],
    ['$$ $batch $$ $batch', '$$ $batch $$ B'],
    ['$x$ $batch $$ $batch $x$ $batch', '$x$ $batch $$ $batch $x$ B'],
    ['$batch$ $batch $batch$ $batch', '$batch$ $batch $batch$ B'],
    ['-- $batch\n$batch', '-- $batch\nB'],
    ['/* $batch /* $batch */ $batch */ $batch', '/* $batch /* $batch */ $batch */ B'],
    ['x$batch', 'x$batch'],
    ['$batches $batch_id $batch1', '$batches $batch_id $batch1'],
    ['$1 $batch', '$1 B'],
    ['größe$batch', 'größe$batch'],
    // a semicolon at the end is cut off, with what follows it
    ['select 1;', 'select 1'],
    ['select 1 ; \n -- done\n /* really */ ;;', 'select 1 '],
    ["select ';'", "select ';'"],
    ['select 1; select 2', 'select 1; select 2'],
    ['select 1; select 2;', 'select 1; select 2'],
    ['select 1; $batch', 'select 1; B'],
    // what is not closed stays for Postgres to refuse
    ["select '$batch", "select '$batch"],
    ['/* open $batch', '/* open $batch'],
    ['$x$ open $batch', '$x$ open $batch'],
  ])('%j becomes %j', (query, expected) => expect(bound(query)).toBe(expected))

  test('places in the bound text lead back to the user’s', () => {
    const query = 'select $batch, $batch, x'
    const { sql, toOriginal } = bindBatch(query, "current_setting('b')")
    expect(query.slice(toOriginal(sql.indexOf('x')))).toBe('x')
    expect(toOriginal(sql.indexOf(',', 30))).toBe(query.lastIndexOf(','))
    expect(toOriginal(sql.lastIndexOf('current') + 5)).toBe(query.lastIndexOf('$batch'))
    expect(toOriginal(3)).toBe(3)
  })
})

test('lines and columns count from 1', () => {
  expect(lineAndColumn('ab\ncd', 0)).toEqual({ line: 1, column: 1 })
  expect(lineAndColumn('ab\ncd', 4)).toEqual({ line: 2, column: 2 })
})
