import fs from 'node:fs'
import { Connections } from '../../../../activities/data/postgres/connections'
import { columnsAsText, planned, type Read, type ReadOptions } from '../../../contracts/read-source'
import { freshDatabase, queryRows, temporaryFolder } from '../../../stack'

let url: string
let connections: Connections
beforeAll(async () => {
  url = await freshDatabase({ migrated: false })
  connections = new Connections({ controlUrl: url, environment: {} })
})
afterAll(() => connections.close())

const read = (query: string, more: Partial<ReadOptions> = {}): Promise<Read> =>
  planned({
    folder: temporaryFolder(),
    stagingFolder: temporaryFolder(),
    source: { postgres: { query } },
    connections,
    ...more,
  })

/** The values of one column, by a query that gives it as v. */
async function column(
  query: string,
  more: Partial<ReadOptions> = {},
): Promise<{ type: string; values: (string | null)[] }> {
  const source = await read(query, { key: ['id'], carry: ['v'], ...more })
  return { type: source.scan.carry[0]!.type, values: (await columnsAsText(source))['v'] ?? [] }
}

const values = (type: string, literals: readonly string[]): string =>
  `SELECT id, v::${type} AS v FROM (VALUES ${literals.map((literal, i) => `(${i}, ${literal}::text)`).join(', ')}) AS t(id, v) ORDER BY id`

describe('every usual type is exact', () => {
  const day = (text: string): string => String(Date.parse(text) / 86_400_000)
  const microseconds = (text: string, rest = 0): string =>
    String(BigInt(Date.parse(text)) * 1000n + BigInt(rest))
  test.each([
    ['boolean', 'boolean', ["'t'", "'f'", 'NULL'], ['true', 'false', null]],
    ['int2', 'smallint', ["'-32768'", 'NULL'], ['-32768', null]],
    ['int4', 'integer', ["'2147483647'", 'NULL'], ['2147483647', null]],
    [
      'int8',
      'bigint',
      ["'9007199254740993'", "'-9223372036854775808'"],
      ['9007199254740993', '-9223372036854775808'],
    ],
    ['oid', 'bigint', ["'4294967295'"], ['4294967295']],
    ['float4', 'real', ["'1.5'", "'NaN'", "'-Infinity'", 'NULL'], ['1.5', 'NaN', '-Infinity', null]],
    ['float8', 'double precision', ["'0.1'", "'1e308'", "'NaN'"], ['0.1', '1e+308', 'NaN']],
    [
      'numeric',
      'numeric',
      ["'0'", "'-0.0001'", "'12345678901234567890.5'", "'10000'", "'99990000'", 'NULL'],
      ['0.0000', '-0.0001', '12345678901234567890.5000', '10000.0000', '99990000.0000', null],
    ],
    ['numeric(10,2)', 'numeric', ["'1.5'", "'-99999999.99'", 'NULL'], ['1.50', '-99999999.99', null]],
    [
      'numeric(38,38)',
      'numeric',
      ["'0.00000000000000000000000000000000000001'"],
      ['0.00000000000000000000000000000000000001'],
    ],
    ['numeric', 'text', ["'NaN'", "'1.50'", "'Infinity'"], ['NaN', '1.50', 'Infinity']],
    [
      'numeric',
      'text',
      ["'123456789012345678901234567890123456789012345'"],
      ['123456789012345678901234567890123456789012345'],
    ],
    ['text', 'text', ["'it''s \"x\", ☃ 🙂\n'", "''", 'NULL'], ['it\'s "x", ☃ 🙂\n', '', null]],
    ['varchar(3)', 'text', ["'abc'"], ['abc']],
    ['char(5)', 'text', ["'ab'"], ['ab']],
    ['name', 'text', ["'ab'"], ['ab']],
    [
      'date',
      'date',
      ["'2013-07-04'", "'1899-12-31'", "'0001-01-01 BC'", 'NULL'],
      [day('2013-07-04'), day('1899-12-31'), '-719528', null],
    ],
    ['time', 'time', ["'23:59:59.999999'"], ['86399999999']],
    [
      'timestamp',
      'timestamp',
      ["'2013-07-04 05:06:07.123456'", "'1905-01-01'"],
      [microseconds('2013-07-04T05:06:07.123Z', 456), microseconds('1905-01-01T00:00:00Z')],
    ],
    ['timestamptz', 'timestamptz', ["'2013-07-04 05:06:07+02'"], [microseconds('2013-07-04T03:06:07Z')]],
    [
      'uuid',
      'uuid',
      ["'00000000-0000-0000-0000-000000000001'", "'ffffffff-ffff-4fff-bfff-fffffffffffe'"],
      ['00000000-0000-0000-0000-000000000001', 'ffffffff-ffff-4fff-bfff-fffffffffffe'],
    ],
    ['bytea', 'bytea', ["'\\x00ff'", "''"], ['00ff', '']],
    ['jsonb', 'text', ['\'{"a": 9007199254740993}\''], ['{"a": 9007199254740993}']],
    ['interval', 'text', ["'1 day 02:03:04'"], ['1 day 02:03:04']],
    ['inet', 'text', ["'10.0.0.1'"], ['10.0.0.1/32']],
    [
      'int8[]',
      'jsonb',
      ["'{9007199254740993,NULL}'", "'{}'", 'NULL'],
      ['[9007199254740993,null]', '[]', null],
    ],
    ['float8[]', 'jsonb', ["'{0.1,2}'"], ['[0.1,2.0]']],
    ['numeric[]', 'jsonb', ["'{0.5,2}'"], ['[0.5,2.0]']],
    ['text[]', 'jsonb', ['\'{a,"b c",NULL}\''], ['["a","b c",null]']],
    ['boolean[]', 'jsonb', ["'{t,f}'"], ['[true,false]']],
  ])('%s is %s', async (type, columnType, literals, expected) => {
    expect(await column(values(type, literals))).toEqual({ type: columnType, values: expected })
  })

  test('an enum and a domain', async () => {
    await queryRows(url, "CREATE TYPE mood AS ENUM ('sad', 'it''s ok')")
    await queryRows(url, 'CREATE DOMAIN positive AS integer CHECK (value > 0)')
    expect(await column(values('mood', ["'it''s ok'", 'NULL']))).toEqual({
      type: 'text',
      values: ["it's ok", null],
    })
    expect(await column(values('positive', ["'7'"]))).toEqual({ type: 'integer', values: ['7'] })
  })

  test('infinite dates and timestamps are DuckDB’s infinite ones', async () => {
    const source = await read("SELECT 1 AS id, 'infinity'::date AS d, '-infinity'::timestamp AS t", {
      features: { one: "CASE WHEN d = 'infinity'::date AND t = '-infinity'::timestamp THEN 1 ELSE 0 END" },
    })
    expect((await columnsAsText(source))['feature.0']).toEqual(['1'])
  })

  test('an array of two dimensions is refused, the column named', () =>
    expect(column("SELECT 1 AS id, '{{1,2},{3,4}}'::int[] AS v")).rejects.toThrow(
      /2 dimensions in column "v".*\[COLUMN_TYPE_UNSUPPORTED\]/,
    ))
})

describe('$batch', () => {
  test('is bound as text, wherever it stands, and is never SQL', async () => {
    const query = "SELECT 1 AS id, $batch || '$batch' || $batch AS v -- $batch\n WHERE $batch IS NOT NULL;"
    expect((await column(query, { batch: "x' OR 1=1" })).values).toEqual(["x' OR 1=1$batchx' OR 1=1"])
  })

  test('selects the batch’s rows', async () => {
    const query =
      "SELECT i AS id, d::date AS v FROM generate_series('2013-07-01'::date, '2013-07-07', '1 day') WITH ORDINALITY AS t(d, i) WHERE d = $batch::date"
    expect((await column(query)).values).toHaveLength(1)
  })
})

describe('staging', () => {
  test('files of shards.rows rows each, in the query’s order, with digests', async () => {
    const seen: number[] = []
    const source = await read(
      "SELECT i AS id, 'row ' || i AS v FROM generate_series(1, 10500) i ORDER BY i DESC",
      {
        shardRows: 5000,
        carry: ['v'],
        onProgress: (rows) => seen.push(rows),
      },
    )
    expect(source.files.map(({ rowGroups }) => rowGroups.reduce((sum, rows) => sum + rows, 0))).toEqual([
      5000, 5000, 500,
    ])
    expect(source.files.every(({ sha256 }) => /^[0-9a-f]{64}$/.test(sha256 ?? ''))).toBe(true)
    const columns = await columnsAsText(source)
    expect(columns['id']).toEqual(Array.from({ length: 10_500 }, (_, i) => String(10_500 - i)))
    expect(columns['v']![0]).toBe('row 10500')
    expect(seen).toEqual([...seen].sort((a, b) => a - b))
    expect(seen.length).toBeGreaterThan(2)
  })

  test('numerics of several files have one type, and no file is left over', async () => {
    const stagingFolder = temporaryFolder()
    const source = await read('SELECT i AS id, i / 4.0 AS v FROM generate_series(1, 3000) i', {
      shardRows: 1000,
      carry: ['v'],
      stagingFolder,
    })
    expect(source.scan.carry[0]!.type).toBe('numeric')
    expect((await columnsAsText(source))['v']!.slice(0, 2).map(Number)).toEqual([0.25, 0.5])
    expect(
      fs.readdirSync(stagingFolder, { recursive: true }).filter((name) => String(name).endsWith('.parquet')),
    ).toHaveLength(3)
  })

  test('no rows make one file that tells the columns', async () => {
    const source = await read('SELECT 1 AS id, 2.5 AS v WHERE false', { carry: ['v'] })
    expect(source.files).toHaveLength(1)
    expect(source.scan.carry[0]!.type).toBe('numeric')
  })

  test('the whole query sees one moment', async () => {
    await queryRows(url, 'CREATE TABLE moving AS SELECT i AS id, 0 AS v FROM generate_series(1, 200000) i')
    const written: Promise<unknown>[] = []
    const source = await read('SELECT id, v FROM moving UNION ALL SELECT id + 1000000, v FROM moving', {
      carry: ['v'],
      shardRows: 50_000,
      onProgress: () => {
        if (written.length === 0) written.push(queryRows(url, 'UPDATE moving SET v = 1'))
      },
    })
    await Promise.all(written)
    expect(written).toHaveLength(1)
    expect(new Set((await columnsAsText(source))['v'])).toEqual(new Set(['0']))
  })

  test('a failed attempt leaves nothing; a repeated one stages anew beside the first', async () => {
    const stagingFolder = temporaryFolder()
    await expect(read("SELECT 1 AS id, 'x'::int AS v", { stagingFolder })).rejects.toThrow()
    expect(fs.readdirSync(stagingFolder)).toEqual([])
    const [first, second] = [
      await read('SELECT 1 AS id', { stagingFolder }),
      await read('SELECT 1 AS id', { stagingFolder }),
    ]
    expect(first.files[0]!.path).not.toBe(second.files[0]!.path)
    expect(fs.existsSync(first.files[0]!.path)).toBe(true)
  })

  test('an abort ends the query in Postgres', async () => {
    const query = 'SELECT i AS id FROM generate_series(1, 100000000) i'
    const started = Date.now()
    await expect(read(query, { signal: AbortSignal.timeout(300) })).rejects.toMatchObject({
      name: 'TimeoutError',
    })
    expect(Date.now() - started).toBeLessThan(10_000)
    const active = await queryRows(
      url,
      "SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%100000000%' AND pid <> pg_backend_pid()",
    )
    expect(active).toEqual([])
  })
})

describe('names', () => {
  test('columns with quotes, spaces, unicode and semicolons, or without a name', async () => {
    const source = await read('SELECT 1 AS id, 2 AS "we ""ird"";", 3 AS "größe 雪", 4', {
      carry: ['we "ird";', 'größe 雪', '?column?'],
    })
    expect(await columnsAsText(source)).toMatchObject({
      'we "ird";': ['2'],
      'größe 雪': ['3'],
      '?column?': ['4'],
    })
  })

  test('two columns of one name are refused', () =>
    expect(read('SELECT 1 AS id, 2 AS v, 3 AS "V"')).rejects.toThrow(
      /two columns named "v".*\[SOURCE_QUERY_FAILED\]/,
    ))
})

describe('what the query gets wrong is told in its own lines', () => {
  test.each([
    [
      'SELECT id,\n  nope FROM (SELECT 1 AS id) t',
      /line 2, column 3: column "nope" does not exist \(SQLSTATE 42703\)/,
    ],
    [
      "SELECT 1 AS id WHERE '☃🙂' = $batch AND $batch = $batch\n  AND nope",
      /line 2, column 7: column "nope" does not exist/,
    ],
    ['SELEC 1', /line 1, column 7: syntax error at or near "1" \(SQLSTATE 42601\)/],
    [
      'SELECT 1 AS id FROM nowhere',
      /line 1, column 21: relation "nowhere" does not exist \(SQLSTATE 42P01\)/,
    ],
    ['SELECT 1 AS id, $batch::int', /invalid input syntax for type integer: "2013-07-04" \(SQLSTATE 22P02\)/],
    [
      'SELECT i AS id, 1 / (5000 - i) AS v FROM generate_series(1, 9000) i',
      /division by zero \(SQLSTATE 22012\)/,
    ],
    ['SELECT 1 AS id, $1', /there is no parameter \$1|could not determine|bind message/],
    ["SELECT 'open", /unterminated quoted string/],
    ['SELECT (1', /syntax error/],
    ['', /job|too small|expected/i],
  ])('%j', async (query, message) => {
    await expect(read(query)).rejects.toThrow(message)
  })

  test('the error is not to be tried again', () =>
    expect(read('SELECT nope')).rejects.toMatchObject({ code: 'SOURCE_QUERY_FAILED', retryable: false }))

  test('the connection is whole afterwards', async () => {
    for (let i = 0; i < 10; i++)
      await read('SELECT 1 / (i - 3000) AS id FROM generate_series(1, 9000) i').catch(() => undefined)
    expect((await column('SELECT 1 AS id, 2 AS v')).values).toEqual(['2'])
  }, 60_000)
})

describe('nothing but reading', () => {
  beforeAll(() => queryRows(url, 'CREATE TABLE victim AS SELECT 1 AS id'))

  test.each([
    'SELECT 1 AS id; DROP TABLE victim',
    'SELECT 1 AS id) AS q; DROP TABLE victim; --',
    'SELECT 1 AS id) AS q LIMIT 0; COMMIT; DROP TABLE victim; --',
    'SELECT 1 AS id\n) TO STDOUT; DROP TABLE victim; COPY (SELECT 1',
    'DELETE FROM victim RETURNING id',
    'DROP TABLE victim',
    'WITH gone AS (DELETE FROM victim RETURNING id) SELECT id FROM gone',
    "SELECT 1 AS id FROM victim, set_config('transaction_read_only', 'off', true)",
    'SELECT id FROM victim FOR UPDATE',
    "SELECT length(pg_read_file('/etc/passwd')) AS id",
    "SELECT 1 AS id FROM pg_ls_dir('/')",
    "SELECT lo_import('/etc/passwd')::int8 AS id",
    "SELECT nextval('s') AS id",
    'SELECT pg_terminate_backend(pg_backend_pid())::int AS id, pg_reload_conf()',
    "COPY victim TO PROGRAM 'true'",
    'COMMIT',
  ])('%s is refused, and nothing is written', async (query) => {
    await queryRows(url, 'CREATE SEQUENCE IF NOT EXISTS s')
    await expect(read(query)).rejects.toMatchObject({
      code: expect.stringMatching(/SOURCE_QUERY_FAILED|DATABASE_PERMISSION/) as string,
    })
    expect(await queryRows(url, 'SELECT id FROM victim')).toEqual([{ id: 1 }])
  })

  test('row-level security that the lesser role would fall under is an error, not fewer rows', async () => {
    await queryRows(url, 'CREATE TABLE guarded AS SELECT 1 AS id')
    await queryRows(url, 'ALTER TABLE guarded ENABLE ROW LEVEL SECURITY')
    await expect(read('SELECT id FROM guarded')).rejects.toThrow(/row-level security/)
  })
})

test('a connection that is not set is named', () =>
  expect(
    planned({
      folder: temporaryFolder(),
      stagingFolder: temporaryFolder(),
      source: { postgres: { connection: 'warehouse', query: 'SELECT 1 AS id' } },
      connections,
    }),
  ).rejects.toThrow(/NIGHTSCORE_CONNECTION_WAREHOUSE.*\[CONNECTION_NOT_SET\]/))
