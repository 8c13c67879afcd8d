import { plannedColumn } from '../../../activities/data/column-type'

describe('plannedColumn', () => {
  test.each([
    ['BIGINT', 'bigint', '"c"'],
    ['TINYINT', 'smallint', 'CAST("c" AS SMALLINT)'],
    ['UINTEGER', 'bigint', 'CAST("c" AS BIGINT)'],
    ['UBIGINT', 'numeric', 'CAST("c" AS VARCHAR)'],
    ['HUGEINT', 'numeric', 'CAST("c" AS VARCHAR)'],
    ['UHUGEINT', 'numeric', 'CAST("c" AS VARCHAR)'],
    ['DECIMAL(18,3)', 'numeric', 'CAST("c" AS VARCHAR)'],
    ["ENUM('a', 'b')", 'text', 'CAST("c" AS VARCHAR)'],
    ['UUID', 'uuid', 'CAST("c" AS VARCHAR)'],
    ['TIMESTAMP_NS', 'timestamp', 'CAST("c" AS TIMESTAMP)'],
    ['TIMESTAMP WITH TIME ZONE', 'timestamptz', '"c"'],
    ['JSON', 'jsonb', 'CAST("c" AS VARCHAR)'],
    ['INTEGER[]', 'jsonb', 'CAST(to_json("c") AS VARCHAR)'],
    ['FLOAT[3]', 'jsonb', 'CAST(to_json("c") AS VARCHAR)'],
    ['STRUCT(a INTEGER)', 'jsonb', 'CAST(to_json("c") AS VARCHAR)'],
    ['MAP(VARCHAR, INTEGER)', 'jsonb', 'CAST(to_json("c") AS VARCHAR)'],
    ['"NULL"', 'text', 'CAST("c" AS VARCHAR)'],
  ])('%s is %s', (type, columnType, sql) =>
    expect(plannedColumn({ name: 'c', type })).toEqual({ name: 'c', type: columnType, sql }),
  )

  test.each(['INTERVAL', 'BIT', 'TIME WITH TIME ZONE', 'UNION(a INTEGER)', 'GEOMETRY'])(
    '%s is refused, column and type named',
    (type) =>
      expect(() => plannedColumn({ name: 'c', type })).toThrow(
        new RegExp(`column "c" of type ${type.replace(/[()]/g, '\\$&')}`),
      ),
  )
})
