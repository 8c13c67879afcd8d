import path from 'node:path'
import { migrate } from '../../workers/migrate'
import { duckdb, goldenModel, type Scenario, startScenario } from '../stack/scenario'

/**
 * A database as it was before runs were evaluated: without the tables of 0003, jobs without `monitor`, plans without the source's
 * columns, and a ledger beside the predictions whose shards have no profile. After `nightscore migrate` all goes on.
 */
let scenario: Scenario

const writeNight = (batch: string) =>
  duckdb(
    `COPY (SELECT i::bigint AS id, (hash(i, '${batch}') % 1000) / 100.0 AS a, i % 10 AS b, ['x', 'y', 'z'][1 + i % 3] AS c, 1.5 AS d
     FROM range(1000) t(i)) TO '${path.join(scenario.folder, batch)}.parquet' (FORMAT parquet)`,
  )

/** Takes back what 0003 brought, as if it had never been applied. */
async function takeBack(): Promise<void> {
  await scenario.rows(`
    DROP VIEW nightscore.latest_run, nightscore.accuracy_daily, nightscore.drift_daily, nightscore.latest_metric;
    DROP TABLE nightscore.report, nightscore.label_coverage, nightscore.evaluation, nightscore.label_load, nightscore.gate_result,
      nightscore.metric_value, nightscore.column_profile, nightscore.run_profile, nightscore.reference_column;
    ALTER TABLE nightscore.run DROP COLUMN rows_planned, DROP COLUMN reference_id, DROP COLUMN verdict;
    DROP TABLE nightscore.reference_profile;
    CREATE VIEW nightscore.latest_run AS SELECT DISTINCT ON (job, batch) * FROM nightscore.run ORDER BY job, batch, revision DESC;
    DELETE FROM nightscore.migration WHERE name = '0003-evaluation.sql';
    UPDATE nightscore.job SET definition = definition - 'monitor';
    UPDATE nightscore.run SET plan = plan - 'columns';
    ALTER TABLE predictions.nightscore_commit DROP COLUMN profile`)
}

const told = (batch: string) =>
  scenario.rows<{ verdict: string; headline: string; metrics: number; profiled: number }>(
    `SELECT r.verdict, p.headline, (SELECT count(*)::int FROM nightscore.metric_value m WHERE m.run_id = r.run_id) AS metrics,
            (SELECT count(*)::int FROM predictions.nightscore_commit c WHERE c.run_id = r.run_id AND profile IS NOT NULL) AS profiled
     FROM nightscore.run r LEFT JOIN nightscore.report p USING (run_id) WHERE batch = $1 AND state = 'published'`,
    [batch],
  )

beforeAll(async () => {
  scenario = await startScenario()
  await scenario.register(goldenModel('quality-rules'))
  await scenario.apply({
    name: 'j',
    model: 'quality-rules@champion',
    source: { parquet: '{batch}.parquet' },
    key: ['id'],
    sink: { postgres: 'predictions.j', parquet: 'out' },
    shards: { rows: 300 },
  })
  for (const batch of ['n1', 'n2', 'n3']) await writeNight(batch)
  const before = await scenario.worker()
  await scenario.run({ job: 'j', batch: 'n1' })
  await before.kill('SIGTERM')
  await takeBack()
}, 120_000)

test('migrate brings what is missing, and only that', async () => {
  expect(await migrate(scenario.databaseUrl)).toEqual(['0003-evaluation.sql'])
  expect(await migrate(scenario.databaseUrl)).toEqual([])
})

describe('after it', () => {
  beforeAll(async () => {
    const worker = await scenario.worker()
    await scenario.run({ job: 'j', batch: 'n2' })
    await scenario.run({ job: 'j', batch: 'n3' })
    await worker.kill('SIGTERM')
  }, 120_000)

  test('predictions of before are still there, without a report', async () => {
    expect(await scenario.rows('SELECT count(*)::int FROM predictions.j WHERE batch = $1', ['n1'])).toEqual([
      { count: 1_000 },
    ])
    expect(await told('n1')).toEqual([{ verdict: null, headline: null, metrics: 0, profiled: 0 }])
  })

  test('the first night is profiled, with nothing to be compared with yet', async () => {
    const [first] = await told('n2')
    expect(first).toMatchObject({ verdict: 'skipped', profiled: 4 })
    expect(first?.headline).toMatch(/^1,000 rows scored; .*no reference yet/)
    expect(first?.metrics).toBeGreaterThan(0)
  })

  test('the next one is compared with it', async () => {
    const [next] = await told('n3')
    expect(next).toMatchObject({ verdict: 'ok', profiled: 4 })
    expect(next?.headline).toContain('like the reference (batch n2)')
  })

  test('a night of before can be scored and evaluated anew', async () => {
    const worker = await scenario.worker()
    await scenario.run({ job: 'j', batch: 'n1' })
    await worker.kill('SIGTERM')
    expect(await told('n1')).toMatchObject([
      { profiled: 4, headline: expect.stringContaining('1,000 rows scored') },
    ])
  })
})
