import { checkExpressions } from '../../../activities/data/check-expressions'
import { checkJobSql } from '../../../activities/data/check-job-sql'

const check = (sql: string): Promise<void> => checkExpressions([{ name: 'feature "x"', sql }])

describe('row-wise expressions pass', () => {
  test.each([
    'a',
    '"a b"."c;d"',
    'source.current_date',
    'a + b * -c % 2',
    'extract(hour from t) * 60 + extract(minute from t)',
    'extract(hour from t) between 15 and 20',
    "day = $batch::date AND NOT (carrier IN ('AA', 'B6') OR carrier IS NULL)",
    "CASE WHEN a > 1 THEN 'x' WHEN a IS NULL THEN 'y' ELSE lower(b) END",
    'CASE a WHEN 0 THEN false WHEN 1 THEN true END',
    'coalesce(a, b, 0)',
    'nullif(a, 0)',
    'TRY_CAST(a AS DOUBLE)',
    'TRY(a / b)',
    "CAST(a AS ENUM('x', 'y'))",
    'age(a, b)',
    "date_diff('day', a, $batch::date)",
    "a + INTERVAL '1 day' - INTERVAL (b) HOUR",
    'list_transform(l, lambda y: y + 1)',
    'list_transform(l, lambda y, i: y + i)',
    '[y + 1 for y in l if y > 0]',
    'list_sum(l) / len(l)',
    "list_aggregate(l, 'median')",
    "l[1] + l[-1] + s.f + m['key'] + json ->> '$.a.b'",
    'l[2:3]',
    "{'a': 1, 'b': [1, 2]}",
    "MAP {'a': 1}",
    "regexp_extract(a, '(\\d+)', 1)",
    "a COLLATE NOCASE = 'x'",
    "a LIKE 'x%' OR a ILIKE '%y' OR a SIMILAR TO 'z.*' OR a GLOB 'w*'",
    '(a::STRUCT(x INTEGER)).x',
    'hash(a) % 100',
    "date_trunc('month', t)",
    "t AT TIME ZONE 'America/New_York'",
    'if(a, b, c)',
    'array_to_string(l, a)',
    'a -- the comment ends here',
    'a /* and (here) ; */ + 1',
    "'; DROP TABLE source; --'",
    'a.lower()',
    'round(a, 2) + greatest(b, c)',
    'a IS DISTINCT FROM b',
    'row(a, b).a',
    'isnan(a)',
    'current_user',
  ])('%s', (sql) => check(sql))
})

describe('what is not row-wise is refused', () => {
  test.each([
    // more rows than one
    ['sum(a)', /sum\(\), which is an aggregate/],
    ['COUNT(*)', /count/i],
    ['count(a) FILTER (WHERE b)', /aggregate/],
    ['list(a ORDER BY b)', /aggregate/],
    ['first(a)', /aggregate/],
    ['a.sum()', /aggregate/],
    ['main.sum(a)', /aggregate/],
    ['system.main.sum(a)', /aggregate/],
    ['wavg(a, b)', /weighted_avg\(\), which expands to/],
    ['geometric_mean(a)', /expands to/],
    ['row_number() OVER ()', /a window/],
    ['sum(a) OVER (PARTITION BY b)', /a window/],
    ['lag(a) OVER (ORDER BY b)', /a window/],
    ['a + (SELECT 1)', /a subquery/],
    ['a IN (SELECT b FROM source)', /a subquery/],
    ['EXISTS (SELECT 1)', /a subquery/],
    ['ARRAY(SELECT 1)', /a subquery/],
    ['a > ALL (SELECT 1)', /a subquery/],
    ['(VALUES (1))', /subquery/],
    ['(FROM source SELECT a LIMIT 1)', /subquery/],
    ['coalesce(a, CASE WHEN b THEN list_transform([1], lambda y: (SELECT y)) END)', /subquery/],
    ['unnest([1, 2])', /unnest/],
    ["regexp_split_to_table(a, ',')", /expands to/],
    ['generate_subscripts(l, 1)', /expands to/],
    ['*', /a star/],
    ['COLUMNS(*)', /a star/],
    ["COLUMNS('a.*')", /a star/],
    ['source.*', /a star/],
    ['list_value(*COLUMNS(*))', /refused|star|unpack/i],
    ['#1', /a positional reference/],
    ['grouping(a)', /grouping/i],
    // not a function of the row
    ['random()', /random\(\), which is volatile/],
    ['RANDOM()', /volatile/],
    ['uuid()', /volatile/],
    ['gen_random_uuid()', /volatile/],
    ['uuidv7()', /volatile/],
    ["nextval('s')", /volatile/],
    ["currval('s')", /volatile/],
    ['setseed(0.5)', /volatile/],
    ["error('x')", /volatile/],
    ['pg_sleep(1)', /expands to/],
    ['txid_current()', /volatile|function of its arguments/],
    ['vector_type(a)', /how rows are stored/],
    ['stats(a)', /volatile/],
    ["list_aggregate(l, 'reservoir_quantile', 0.5)", /reservoir_quantile, which may be random/],
    ["list_aggr(l, concat('reservoir_', 'quantile'), 0.5)", /a computed aggregate/],
    // clocks
    ['now()', /reads the clock/],
    ['NOW()', /reads the clock/],
    ['current_date', /reads the clock/],
    ['"current_date"', /reads the clock/],
    ['CURRENT_TIMESTAMP', /reads the clock/],
    ['current_time', /reads the clock/],
    ['localtime', /reads the clock/],
    ['localtimestamp', /reads the clock/],
    ['today()', /reads the clock/],
    ['get_current_time()', /reads the clock/],
    ['get_current_timestamp()', /reads the clock/],
    ['transaction_timestamp()', /reads the clock/],
    ['current_localtime()', /reads the clock/],
    ['current_localtimestamp()', /reads the clock/],
    ['age(t)', /age\(\) of one argument/],
    ["ago('1 day')", /ago\(\), which expands to/],
    ['a > $batch::date AND b < now()', /reads the clock/],
    // what lies outside
    ["read_text('/etc/passwd')", /a table function/],
    ["read_csv_auto('x.csv')", /a table function/],
    ["read_parquet('x.parquet')", /a table function/],
    ["glob('*')", /a table function/],
    ["query('SELECT 1')", /a table function/],
    ["current_setting('threads')", /reads a setting/],
    ["getvariable('x')", /reads a variable/],
    ['current_query()', /current_query/],
    ['current_database()', /current_database/],
    ['pg_get_viewdef(1)', /expands to/],
    ['duckdb_settings()', /a table function/],
    ["json_serialize_plan('SELECT 1')", /plans a query/],
    ["write_log('x')", /volatile/],
    // parameters
    ['$1', /the parameter \$1/],
    ['?', /the parameter/],
    ['$other', /the parameter \$other/],
    ['a = $batch AND b = $2', /(the parameter|mix)/i],
    // text that goes on
    ["1) AS x FROM t; COPY t TO 'x' --", /(Only SELECT|ends the expression|syntax)/],
    ['1) AS x FROM source; SELECT (2', /statements/],
    ['1) AS x, (SELECT 2', /(subquery|ends the expression)/],
    ['a), (b', /ends the expression/],
    ['a) AS x FROM source UNION ALL SELECT (b', /ends the expression/],
    ['a AS y', /./],
    ['a, b) AS x FROM source WHERE (true', /./],
    ['1; DROP TABLE source', /./],
    ['1; --', /./],
    ['DISTINCT a', /./],
  ])('%s', async (sql, message) => {
    const refused = expect(check(sql)).rejects
    await refused.toMatchObject({ code: expect.stringMatching(/^EXPRESSION_(REFUSED|INVALID)$/) as string })
    await refused.toThrow(message)
    await refused.toThrow(/feature "x": /)
  })

  test.each([
    'sum(a)',
    'now()',
    'a + (SELECT 1)',
    'row_number() OVER ()',
    'random()',
    "read_text('x')",
    'a), (b',
    '$1',
  ])('%s is refused, not invalid', (sql) =>
    expect(check(sql)).rejects.toMatchObject({ code: 'EXPRESSION_REFUSED' }),
  )
})

describe('what DuckDB cannot parse is invalid, with its message', () => {
  test.each([
    ['a +', /syntax error/],
    ["'open", /unterminated/],
    ['/* open', /unterminated/],
    ['1) AS x FROM source /*', /(unterminated|syntax)/],
    ['(a', /syntax error/],
    ['a b c', /syntax error/],
    ['COPY source TO x', /syntax error/],
    ['a\0b', /NUL/],
    ['abss(a)', /no function abss; the nearest is abs/],
    ['$batch.x(', /syntax error/],
  ])('%j', async (sql, message) => {
    await expect(check(sql)).rejects.toMatchObject({ code: 'EXPRESSION_INVALID' })
    await expect(check(sql)).rejects.toThrow(message)
  })
})

test('a job’s where and features are checked, each named', async () => {
  const source = { parquet: 'x.parquet' }
  await checkJobSql({ source: { ...source, where: 'a > 1' }, features: { b: 'a + 1' } })
  await expect(checkJobSql({ source: { ...source, where: 'now() > a' }, features: {} })).rejects.toThrow(
    /where: now\(\) > a/,
  )
  await expect(checkJobSql({ source, features: { ok: 'a', bad: 'sum(a)' } })).rejects.toThrow(
    /feature "bad": sum\(a\)/,
  )
})
