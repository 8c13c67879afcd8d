import { freshDatabase, queryRows } from '../stack'

/** What holds for every table and view of the control database, the ones to come too. */
let databaseUrl: string

beforeAll(async () => {
  databaseUrl = await freshDatabase()
})

const relations = `SELECT c.oid, c.relname AS name, c.relkind IN ('r', 'p') AS is_table FROM pg_class c
  WHERE c.relnamespace = 'nightscore'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm') AND c.relname <> 'migration'`

test('the new tables and views are there', async () => {
  const names = (await queryRows<{ name: string }>(databaseUrl, relations)).map(({ name }) => name)
  expect(names).toEqual(
    expect.arrayContaining([
      'reference_profile',
      'reference_column',
      'run_profile',
      'column_profile',
      'metric_value',
      'gate_result',
      'label_load',
      'evaluation',
      'label_coverage',
      'report',
      'latest_metric',
      'drift_daily',
      'accuracy_daily',
    ]),
  )
})

test('every table, view and column says what it is', async () => {
  const silent = await queryRows(
    databaseUrl,
    `SELECT name, a.attname AS "column" FROM (${relations}) r
     LEFT JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
     WHERE coalesce(obj_description(r.oid, 'pg_class'), '') = '' OR coalesce(col_description(r.oid, a.attnum), '') = ''
     ORDER BY 1, 2`,
  )
  expect(silent).toEqual([])
})

/** Those that the role may not do what the test is about, or may though it should not. */
const privileges = (role: string, of: readonly string[]) =>
  queryRows<{ name: string; can: string[] | null }>(
    databaseUrl,
    `SELECT name, array_agg(p ORDER BY p) FILTER (WHERE has_table_privilege($1, oid, p)) AS can
     FROM (${relations}) r, unnest($2::text[]) p GROUP BY name ORDER BY name`,
    [role, of],
  )
const writing = ['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']

test('workers read all of it and write every table', async () => {
  const tables = new Set(
    (await queryRows<{ name: string; is_table: boolean }>(databaseUrl, relations))
      .filter((relation) => relation.is_table)
      .map(({ name }) => name),
  )
  const found = await privileges('nightscore_worker', ['SELECT', 'INSERT', 'UPDATE', 'DELETE'])
  for (const { name, can } of found)
    expect({ name, can }).toEqual({
      name,
      can: tables.has(name) ? ['DELETE', 'INSERT', 'SELECT', 'UPDATE'] : expect.arrayContaining(['SELECT']),
    })
})

test('readers read all of it but models, and write nothing', async () => {
  const read = await privileges('nightscore_reader', ['SELECT'])
  expect(read.filter(({ can }) => can === null).map(({ name }) => name)).toEqual(['model_artifact'])
  const written = await privileges('nightscore_reader', writing)
  expect(written.filter(({ can }) => can !== null)).toEqual([])
})

test('identities of label loads can be drawn by workers', async () => {
  const [sequences] = await queryRows<{ usable: boolean }>(
    databaseUrl,
    `SELECT bool_and(has_sequence_privilege('nightscore_worker', c.oid, 'USAGE')) AS usable FROM pg_class c
     WHERE c.relnamespace = 'nightscore'::regnamespace AND c.relkind = 'S'`,
  )
  expect(sequences).toEqual({ usable: true })
})
