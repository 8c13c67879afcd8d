import fs from 'node:fs'
import path from 'node:path'
import { stringify } from 'yaml'
import { runCli, type WorkerProcess } from '../stack'
import { duckdb, eventually, goldenModel, resultOf, type Scenario, startScenario } from '../stack/scenario'

/** Every line of the table of bad input: a clear error with its code, or a quarantined row; the former predictions stay. */
let scenario: Scenario
let worker: WorkerProcess

const batch = '2013-07-04'
const job = {
  name: 'j',
  model: 'quality-rules@champion',
  source: { parquet: 'rows.parquet' },
  key: ['id'],
  carry: ['note'],
  sink: { postgres: 'predictions.j' },
  quality: { maxQuarantinedShare: 0.05, minRows: 1 },
}
/** Good rows' columns by DuckDB SQL over i = 0 .. 99. */
const good = {
  id: 'i::bigint',
  a: 'i / 100.0',
  b: '(i % 10)::double',
  c: `['x', 'y', 'z'][1 + i % 3]`,
  d: '1.5',
  note: `'row ' || i`,
}
const file = (name: string) => path.join(scenario.folder, name)

/** Writes rows.parquet: the good columns, some replaced; `null` leaves one out. */
async function rows(
  change: Partial<Record<keyof typeof good, string | null>> = {},
  count = 100,
): Promise<void> {
  const columns = Object.entries({ ...good, ...change }).flatMap(([name, sql]) =>
    sql === null ? [] : [`${sql} AS ${name}`],
  )
  await duckdb(
    `COPY (SELECT ${columns.join(', ')} FROM range(${count}) t(i)) TO '${file('rows.parquet')}' (FORMAT parquet)`,
  )
}

/** The value `bad` in row 7 of a column, the good one elsewhere. */
const inRow7 = (column: keyof typeof good, bad: string) => ({
  [column]: `CASE WHEN i = 7 THEN ${bad} ELSE ${good[column]} END`,
})

beforeAll(async () => {
  scenario = await startScenario()
  await scenario.register(goldenModel('quality-rules'))
  await rows()
  await scenario.apply(job)
  const wrongPassword = new URL(scenario.databaseUrl)
  wrongPassword.password = 'not-it'
  worker = await scenario.worker({ NIGHTSCORE_CONNECTION_WRONG: wrongPassword.href })
  await scenario.run({ job: 'j', batch })
}, 120_000)
afterAll(() => worker.kill('SIGTERM'))

beforeEach(async () => {
  await rows()
  await scenario.apply(job)
})

afterEach(async () => {
  const visible = await scenario.rows<{ revision: number; count: number }>(
    `SELECT revision, count(*)::int FROM predictions.j WHERE batch = $1 GROUP BY 1`,
    [batch],
  )
  expect(visible).toEqual([{ revision: 1, count: 100 }])
})

/** Runs the batch and returns the failure as the workflow shows it. */
async function failure(
  change: object = {},
): Promise<{ type: string; message: string; nonRetryable: boolean }> {
  await scenario.apply({ ...job, ...change })
  const error: unknown = await scenario.run({ job: 'j', batch }).then(
    (summary) => new Error(`published: ${JSON.stringify(summary)}`),
    (reason: unknown) => reason,
  )
  return error as { type: string; message: string; nonRetryable: boolean }
}

async function expectFailure(code: string, message: RegExp, change: object = {}): Promise<void> {
  const error = await failure(change)
  expect(error).toMatchObject({ type: code, nonRetryable: true, message: expect.stringMatching(message) })
  expect(error.message).toMatch(/: found .*; expected .*\[[A-Z_]+\]$/s)
  const [run] = await scenario.rows(
    `SELECT state, error_code, error_message FROM nightscore.latest_run WHERE batch = $1`,
    [batch],
  )
  expect(run).toEqual({ state: 'failed', error_code: code, error_message: error.message })
}

/** Runs another batch of the same rows and returns what was quarantined. */
async function quarantined(name: string, change: object = {}) {
  await scenario.apply({ ...job, ...change })
  const summary = await scenario.run({ job: 'j', batch: name })
  expect(summary.rows.read).toBe(summary.rows.scored + summary.rows.quarantined + summary.rows.filtered)
  return scenario.rows<{
    row_number: string
    column_name: string
    reason_code: string
    detail: string
    raw_row: object
  }>(
    'SELECT row_number, column_name, reason_code, detail, raw_row FROM nightscore.quarantine WHERE run_id = $1 ORDER BY row_number',
    [summary.runId],
  )
}

describe('files', () => {
  test('no file matches', async () => {
    await expectFailure('SOURCE_NO_FILES', /none.*\.parquet/, {
      source: { parquet: 'none/{batch}/*.parquet' },
    })
  })

  test('an empty file', async () => {
    fs.writeFileSync(file('rows.parquet'), '')
    await expectFailure('SOURCE_FILE_UNREADABLE', /rows\.parquet/)
  })

  test('zero rows', async () => {
    await rows({}, 0)
    await expectFailure('SOURCE_ROWS_TOO_FEW', /found 0 rows.*; expected at least 1/)
  })

  test('a where that leaves zero rows', async () => {
    await expectFailure('SOURCE_ROWS_TOO_FEW', /found 0 rows in batch .*100 filtered/, {
      source: { parquet: 'rows.parquet', where: 'id < 0' },
    })
  })

  test('a truncated Parquet file', async () => {
    fs.truncateSync(file('rows.parquet'), fs.statSync(file('rows.parquet')).size - 100)
    await expectFailure('SOURCE_FILE_UNREADABLE', /rows\.parquet/)
  })

  test('a Parquet file with flipped bits', async () => {
    const bytes = fs.readFileSync(file('rows.parquet'))
    for (let i = bytes.length - 60; i < bytes.length - 20; i++) bytes[i] = (bytes[i] ?? 0) ^ 0xff
    fs.writeFileSync(file('rows.parquet'), bytes)
    await expectFailure('SOURCE_FILE_UNREADABLE', /rows\.parquet/)
  })

  test('a source file that changes between plan and score', async () => {
    await rows({}, 300_000)
    await scenario.apply({ ...job, shards: { rows: 1_000, inFlight: 2 } })
    const handle = await scenario.start({ job: 'j', batch })
    await eventually(async () => {
      const [run] = await scenario.rows(
        `SELECT 1 FROM nightscore.shard JOIN nightscore.run USING (run_id) WHERE batch = $1 AND state = 'scoring' AND result IS NOT NULL`,
        [batch],
      )
      return run
    })
    await rows({}, 299_999)
    await expect(resultOf(handle)).rejects.toMatchObject({ type: 'SOURCE_CHANGED', nonRetryable: true })
  })
})

describe('columns and values', () => {
  test('a missing feature column', async () => {
    await rows({ b: null })
    await expectFailure('COLUMN_MISSING', /"?b"?.*expected.*(nearest|one of)/s)
  })

  test.each([
    [
      'text in a number column',
      { a: `CASE WHEN i = 7 THEN 'abc' ELSE (i / 100.0)::varchar END` },
      'a',
      'NOT_CONVERTIBLE',
    ],
    ['NaN', inRow7('a', `'nan'::double`), 'a', 'MISSING'],
    ['null', inRow7('a', 'NULL'), 'a', 'MISSING'],
    ['infinity', inRow7('d', `'inf'::double`), 'd', 'INFINITE'],
    ['an unseen category', inRow7('c', `'w'`), 'c', 'UNKNOWN_CATEGORY'],
    ['a value out of range', inRow7('b', '11'), 'b', 'OUT_OF_RANGE'],
    ['a null key', inRow7('id', 'NULL'), 'id', 'KEY_NULL'],
    ['NUL in text', inRow7('note', `'a' || chr(0) || 'b'`), 'note', 'TEXT_HAS_NUL'],
  ])(
    '%s: the row is quarantined with its reason, the others are scored',
    async (name, change, column, reason) => {
      await rows(change)
      const found = await quarantined(name.replace(/[^a-z]/gi, '-'))
      expect(found).toEqual([
        expect.objectContaining({
          row_number: '7',
          column_name: column,
          reason_code: reason,
          raw_row: expect.objectContaining({ d: expect.anything() }),
        }),
      ])
    },
  )

  test('a key over 2,000 bytes is quarantined', async () => {
    await rows({ note: `CASE WHEN i = 7 THEN repeat('k', 2001) ELSE 'row ' || i END` })
    const other = { name: 'long-keys', key: ['note'], carry: [], sink: { postgres: 'predictions.long_keys' } }
    await scenario.apply({ ...job, ...other })
    const { runId } = await scenario.run({ job: 'long-keys', batch })
    expect(
      await scenario.rows('SELECT row_number, reason_code FROM nightscore.quarantine WHERE run_id = $1', [
        runId,
      ]),
    ).toEqual([{ row_number: '7', reason_code: 'KEY_TOO_LONG' }])
  })

  test('a 10 MB string is carried whole', async () => {
    await rows(inRow7('note', `repeat('ä', 5000000)`))
    expect(await quarantined('ten-megabytes')).toEqual([])
    const [long] = await scenario.rows(
      `SELECT octet_length(note) AS bytes FROM predictions.j WHERE batch = 'ten-megabytes' AND id = 7`,
    )
    expect(long).toEqual({ bytes: 10_000_000 })
  })

  test('a byte order mark that begins a text is part of it', async () => {
    const marked = `CASE WHEN i % 2 = 0 THEN chr(65279) ELSE '' END || (i // 2)`
    await rows({ ...inRow7('c', `chr(65279) || 'x'`), id: marked, note: marked })
    const other = { name: 'marks', model: 'quality-rules@champion', sink: { postgres: 'predictions.marks' } }
    await scenario.apply({ ...job, ...other })
    const { runId } = await scenario.run({ job: 'marks', batch })
    expect(
      await scenario.rows(
        `SELECT count(*)::int, count(*) FILTER (WHERE id LIKE chr(65279) || '%')::int AS marked,
                count(*) FILTER (WHERE id IS DISTINCT FROM note)::int AS differ FROM predictions.marks`,
      ),
    ).toEqual([{ count: 99, marked: 50, differ: 0 }])
    const [bad] = await scenario.rows<object>(
      'SELECT key, raw_row FROM nightscore.quarantine WHERE run_id = $1',
      [runId],
    )
    expect(bad).toMatchObject({
      key: { id: '3' },
      raw_row: { c: '\ufeffx', note: '3' },
    })
  })

  test('a quarantined row keeps every digit', async () => {
    await rows({ ...inRow7('a', 'NULL'), id: '9007199254740994 + i' })
    expect(await quarantined('digits')).toHaveLength(1)
    const digits = `SELECT key ->> 'id' AS key, raw_row ->> 'id' AS raw FROM nightscore.quarantine ORDER BY 1 DESC NULLS LAST LIMIT 1`
    expect(await scenario.rows(digits)).toEqual([{ key: '9007199254741001', raw: '9007199254741001' }])
  })

  test('an all-null column fails the run by its share', async () => {
    await rows({ a: 'NULL::double' })
    await expectFailure('RUN_QUARANTINE_LIMIT', /found 100 of 100 rows \(100\.00 %\); expected at most 5 %/)
  })

  test('duplicate keys, with examples', async () => {
    await rows({ id: '(i % 90)::bigint' })
    await expectFailure('DUPLICATE_KEYS', /10 .*id/s)
  })
})

describe('names', () => {
  test('columns and tables with quotes, spaces, unicode and semicolons are quoted', async () => {
    const odd = `i"d; drop table x --`
    const quoted = `"${odd.replaceAll('"', '""')}"`
    await duckdb(
      `COPY (SELECT i::bigint AS ${quoted}, i / 100.0 AS "a b", 1 AS b, 'x' AS "ç😀", 1 AS d FROM range(10) t(i)) TO '${file('odd.parquet')}' (FORMAT parquet)`,
    )
    await scenario.apply({
      ...job,
      name: 'odd-names',
      source: { parquet: 'odd.parquet' },
      features: { a: '"a b"', c: '"ç😀"' },
      key: [odd],
      carry: ['ç😀'],
      sink: { postgres: `"pré d;ictions"."o""dd; table"` },
    })
    await scenario.run({ job: 'odd-names', batch })
    const found = await scenario.rows(
      `SELECT ${quoted} AS id, "ç😀" FROM "pré d;ictions"."o""dd; table" ORDER BY 1 LIMIT 1`,
    )
    expect(found).toEqual([{ id: '0', 'ç😀': 'x' }])
  })
})

describe('places', () => {
  test.each([['../outside.parquet'], ['/etc/passwd'], ['link/x.parquet']])(
    'the path %s leaves the data roots',
    async (parquet) => {
      if (!fs.existsSync(file('link'))) fs.symlinkSync('/etc', file('link'))
      await expectFailure('PATH_OUTSIDE_ROOTS', /./, { source: { parquet } })
    },
  )

  test('a connection that is not set', async () => {
    await expectFailure('CONNECTION_NOT_SET', /NIGHTSCORE_CONNECTION_WAREHOUSE/, {
      source: { postgres: { connection: 'warehouse', query: 'select 1' } },
    })
  })

  test('a wrong password', async () => {
    const error = await failure({ source: { postgres: { connection: 'wrong', query: 'select 1' } } })
    expect(error).toMatchObject({ type: 'CONNECTION_PASSWORD', nonRetryable: true })
    expect(error.message).not.toMatch(/not-it/)
  })

  test('an SQL error in the user’s query, with Postgres’s own message and position', async () => {
    await expectFailure('SOURCE_QUERY_FAILED', /line 2, column 2: column "nope" does not exist/, {
      source: { postgres: { query: 'select 1 as id,\n nope' } },
    })
  })

  test.each([
    ['writes', 'insert into nightscore.model (name, task) values ($batch, $batch) returning name'],
    ['ends and begins another', 'select 1; drop table nightscore.model'],
  ])('a source query that %s', async (_, query) => {
    await expectFailure('SOURCE_QUERY_FAILED', /./, { source: { postgres: { query } } })
    expect(await scenario.rows('SELECT name FROM nightscore.model')).toEqual([{ name: 'quality-rules' }])
  })
})

describe('batch keys', () => {
  test.each([['..'], [`x'y`], ['a/../b'], ['']])('%j is refused', async (key) => {
    await expect(scenario.run({ job: 'j', batch: key })).rejects.toMatchObject({
      type: 'INPUT_INVALID',
      nonRetryable: true,
    })
  })
})

describe('at apply', () => {
  async function apply(change: object) {
    fs.writeFileSync(file('bad.yaml'), stringify({ ...job, ...change }))
    const { code, stderr } = await runCli(['apply', file('bad.yaml')], {
      env: { DATABASE_URL: scenario.databaseUrl },
    })
    return { code, stderr }
  }
  const where = (sql: string) => ({ source: { parquet: 'rows.parquet', where: sql } })

  test.each([
    ['an unknown YAML key', { shard: {} }, 'JOB_INVALID', /unknown key "shard" \(nearest: "shards"\)/],
    ['an unknown time zone', { batch: { timezone: 'Mars/Olympus' } }, 'JOB_INVALID', /Mars\/Olympus/],
    ['a window', { features: { a: 'row_number() over ()' } }, 'EXPRESSION_REFUSED', /window/],
    ['an aggregate', { features: { a: 'sum(a)' } }, 'EXPRESSION_REFUSED', /aggregate/],
    ['a subquery', { features: { a: '(select max(a) from source)' } }, 'EXPRESSION_REFUSED', /subquery/],
    ['a clock', { features: { a: 'extract(hour from now())' } }, 'EXPRESSION_REFUSED', /now/],
    ['a volatile function', where('random() < 0.5'), 'EXPRESSION_REFUSED', /random/],
    ['a file that is read', where(`id in (select id from 'rows.parquet')`), 'EXPRESSION_REFUSED', /./],
    [
      'a file that is written',
      where(`true; copy (select 1) to 'x.parquet'`),
      'EXPRESSION_INVALID',
      /syntax error at or near ";"/,
    ],
    [
      'a file read as text',
      { features: { a: `(select length(content) from read_text('/etc/passwd'))` } },
      'EXPRESSION_REFUSED',
      /./,
    ],
    [
      'an attached database',
      where(`true; attach 'x.db'`),
      'EXPRESSION_INVALID',
      /syntax error at or near ";"/,
    ],
    ['an extension', where(`true); load httpfs; select (true`), 'EXPRESSION_(REFUSED|INVALID)', /./],
    ['broken SQL', where('id ='), 'EXPRESSION_INVALID', /./],
  ])('%s', async (_, change, code, message) => {
    const { code: exit, stderr } = await apply(change)
    expect(exit).toBe(1)
    expect(stderr).toMatch(new RegExp(`\\b${code}\\b`))
    expect(stderr).toMatch(message)
    expect(stderr).not.toMatch(/\n\s+at /) // no stack trace
    expect(fs.existsSync(file('x.parquet')) || fs.existsSync(file('x.db'))).toBe(false)
  })
})

describe('at registration', () => {
  const refused = (name: string) => path.resolve(__dirname, '..', 'golden', 'models-refused', name)
  test.each([
    ['not-onnx', 'MODEL_NOT_ONNX', /./],
    ['too-few-features', 'MODEL_SIGNATURE_MISMATCH', /./],
    ['wrong-input-tensor', 'MODEL_SIGNATURE_MISMATCH', /./],
    ['wrong-output-tensor', 'MODEL_SIGNATURE_MISMATCH', /./],
    ['text-in-float-tensor', 'MODEL_SIGNATURE_MISMATCH', /./],
    ['sequence-output', 'MODEL_OUTPUT_NOT_TENSOR', /./],
    ['golden-disagrees', 'MODEL_GOLDEN_MISMATCH', /./],
    ['zipmap', 'MODEL_OUTPUT_NOT_TENSOR', /zipmap=False/],
  ])('%s', async (name, code, message) => {
    await expect(scenario.register(refused(name))).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    })
    expect(await scenario.rows('SELECT name FROM nightscore.model')).toEqual([{ name: 'quality-rules' }])
  })
})
