import { randomUUID } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { closeRun } from '../../../activities/runs/close-run'
import { publishRun } from '../../../activities/runs/publish-run'
import { rollbackRun } from '../../../activities/runs/rollback-run'
import type { RollbackRunInput, RollbackSummary } from '../../../schemas/rollback'
import { duckdb, goldenModel, type Scenario, startScenario } from '../../stack/scenario'
import { runSteps, type RunSteps } from './run-steps'

let scenario: Scenario
let steps: RunSteps

const job = {
  name: 'j',
  model: 'quality-rules@champion',
  source: { parquet: '{batch}.parquet' },
  key: ['id'],
  sink: { postgres: 'predictions.j', parquet: 'out' },
}
const filesOnly = { ...job, name: 'files', sink: { parquet: 'out-files' } }

beforeAll(async () => {
  scenario = await startScenario()
  steps = runSteps(scenario)
  await scenario.register(goldenModel('quality-rules'))
  await scenario.apply(job)
  await scenario.apply(filesOnly)
}, 60_000)

/** Scores and publishes so many rows. @returns the run's id */
async function publish(batch: string, rows: number, of = 'j'): Promise<string> {
  await duckdb(
    `COPY (SELECT i::bigint AS id, i / 1000.0 AS a, i % 10 AS b, ['x', 'y', 'z'][1 + i % 3] AS c, 1.5 AS d FROM range(${rows}) t(i))
     TO '${path.join(scenario.folder, `${batch}.parquet`)}' (FORMAT parquet)`,
  )
  const runId = await steps.check(of, batch)
  await publishRun(steps.deps, runId)
  return runId
}

let requests = 0
const rollback = (
  batch: string,
  input: Partial<RollbackRunInput> = {},
  request = `test ${++requests}`,
): Promise<RollbackSummary> =>
  rollbackRun(steps.deps, { input: { job: 'j', batch, why: 'the test', by: 'anna', ...input }, request })

const rows = (sql: string, values: readonly unknown[] = []) =>
  scenario.rows<Record<string, unknown>>(sql, values)
const states = async (batch: string, of = 'j') =>
  (
    await rows('SELECT state FROM nightscore.run WHERE job = $1 AND batch = $2 ORDER BY revision', [
      of,
      batch,
    ])
  ).map(({ state }) => state)
/** What a reader of each sink sees: revision and rows. */
async function seen(batch: string): Promise<unknown[]> {
  const [table] = await rows(
    'SELECT min(revision) AS revision, count(*)::int AS rows FROM predictions.j WHERE batch = $1',
    [batch],
  )
  return [[table?.['revision'], table?.['rows']], await seenInFiles(batch)]
}
const seenInFiles = async (batch: string, out = 'out') =>
  (
    await duckdb(
      `SELECT min(revision)::int, count(*)::int FROM read_parquet('${scenario.folder}/${out}/batch=${batch}/*.parquet')`,
    )
  )[0]
const refused = (code: string, message?: RegExp) =>
  expect.objectContaining({
    code,
    ...(message && { message: expect.stringMatching(message) as string }),
  }) as unknown

test('a batch goes back to its former revision in both sinks, and again further back; who and why are kept', async () => {
  const [first, second, third] = [await publish('b1', 10), await publish('b1', 20), await publish('b1', 30)]
  expect(await seen('b1')).toEqual([
    [3, 30],
    [3, 30],
  ])
  const summary = await rollback('b1')
  expect(summary).toEqual({
    job: 'j',
    batch: 'b1',
    from: { runId: third, revision: 3, model: 'quality-rules@1' },
    to: { runId: second, revision: 2, model: 'quality-rules@1' },
    changedAt: expect.any(String) as string,
    by: 'anna',
    why: 'the test',
  })
  expect(await seen('b1')).toEqual([
    [2, 20],
    [2, 20],
  ])
  expect(await states('b1')).toEqual(['superseded', 'published', 'superseded'])
  expect(await rollback('b1')).toMatchObject({ to: { runId: first } })
  expect(await seen('b1')).toEqual([
    [1, 10],
    [1, 10],
  ])
  await expect(rollback('b1')).rejects.toEqual(
    refused('NOTHING_TO_ROLL_BACK', /revisions 2, 3, named with --to/),
  )
  const kept = await rows(
    `SELECT from_run_id, to_run_id, changed_by, why FROM nightscore.publication_change WHERE batch = 'b1' ORDER BY change_id`,
  )
  expect(kept).toEqual([
    { from_run_id: third, to_run_id: second, changed_by: 'anna', why: 'the test' },
    { from_run_id: second, to_run_id: first, changed_by: 'anna', why: 'the test' },
  ])
})

test('the next run replaces it as usual, and what was rolled back from is passed over', async () => {
  await publish('b2', 10)
  await publish('b2', 20)
  await rollback('b2')
  await publish('b2', 30)
  expect(await seen('b2')).toEqual([
    [3, 30],
    [3, 30],
  ])
  expect(await states('b2')).toEqual(['superseded', 'superseded', 'published'])
  expect(await rollback('b2')).toMatchObject({ to: { revision: 1 } })
  expect(await seen('b2')).toEqual([
    [1, 10],
    [1, 10],
  ])
})

test('it goes to the revision or run that is named, forward too', async () => {
  const first = await publish('b3', 10)
  for (const count of [20, 30]) await publish('b3', count)
  expect(await rollback('b3', { to: first })).toMatchObject({ from: { revision: 3 }, to: { revision: 1 } })
  expect(await rollback('b3', { to: 3 })).toMatchObject({ from: { revision: 1 }, to: { revision: 3 } })
  expect(await seen('b3')).toEqual([
    [3, 30],
    [3, 30],
  ])
  await expect(rollback('b3', { to: 3 })).rejects.toEqual(
    refused('NOTHING_TO_ROLL_BACK', /is the visible one/),
  )
  await expect(rollback('b3', { to: 9 })).rejects.toEqual(
    refused('NOTHING_TO_ROLL_BACK', /no published revision 9/),
  )
  await expect(rollback('b3', { to: randomUUID() })).rejects.toEqual(refused('NOTHING_TO_ROLL_BACK'))
})

test('asked twice by one workflow it is done once', async () => {
  for (const count of [10, 20, 30]) await publish('b4', count)
  const both = await Promise.all([rollback('b4', {}, 'one'), rollback('b4', {}, 'one')])
  expect(both[0]).toEqual(both[1])
  expect(await rollback('b4', {}, 'one')).toEqual(both[0])
  expect(await seen('b4')).toEqual([
    [2, 20],
    [2, 20],
  ])
})

test('one that fails between the two sinks leaves both as they were; one that is not recorded is finished by the next attempt', async () => {
  for (const count of [10, 20]) await publish('b5', count)
  const broken = (on: string) => [
    `CREATE FUNCTION ${on}_broken() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'broken on purpose'; END $$`,
    `CREATE TRIGGER broken BEFORE INSERT ON ${on} FOR EACH ROW EXECUTE FUNCTION ${on}_broken()`,
  ]
  const mended = (on: string) => `DROP FUNCTION ${on}_broken() CASCADE`

  for (const statement of broken('predictions.j_published')) await rows(statement)
  await expect(rollback('b5', {}, 'stopped')).rejects.toThrow('broken on purpose')
  expect(await seen('b5')).toEqual([
    [2, 20],
    [2, 20],
  ])
  await rows(mended('predictions.j_published'))

  for (const statement of broken('nightscore.publication_change')) await rows(statement)
  await expect(rollback('b5', {}, 'stopped')).rejects.toThrow('broken on purpose')
  expect(await seen('b5')).toEqual([
    [1, 10],
    [1, 10],
  ])
  expect(await states('b5')).toEqual(['superseded', 'published']) // not recorded yet
  await rows(mended('nightscore.publication_change'))

  expect(await rollback('b5', {}, 'stopped')).toMatchObject({ from: { revision: 2 }, to: { revision: 1 } })
  expect(await seen('b5')).toEqual([
    [1, 10],
    [1, 10],
  ])
  expect(await states('b5')).toEqual(['published', 'superseded'])
})

test('a run that was rolled back from stays superseded, however late its worker tries to close it', async () => {
  await publish('b6', 10)
  const second = await publish('b6', 20)
  await rollback('b6')
  await closeRun(steps.deps, { runId: second, state: 'failed', code: 'UNEXPECTED', message: 'late' })
  expect(await states('b6')).toEqual(['published', 'superseded'])
})

test('a job with files alone goes back too', async () => {
  await publish('f1', 10, 'files')
  await publish('f1', 20, 'files')
  await rollback('f1', { job: 'files' })
  expect(await seenInFiles('f1', 'out-files')).toEqual([1, 10])
  await publish('f1', 30, 'files')
  expect(await seenInFiles('f1', 'out-files')).toEqual([3, 30])
  expect(await states('f1', 'files')).toEqual(['superseded', 'superseded', 'published'])
})

describe('it is refused', () => {
  test('where nothing was published, or nothing before', async () => {
    await expect(rollback('never')).rejects.toEqual(refused('NOT_PUBLISHED_YET'))
    await publish('once', 10)
    await expect(rollback('once')).rejects.toEqual(refused('NOTHING_TO_ROLL_BACK', /but there is none/))
  })

  test('while a run of the batch is publishing, and not while one is scored', async () => {
    for (const count of [10, 20]) await publish('r1', count)
    const third = await steps.check('j', 'r1')
    await rows(`UPDATE nightscore.run SET state = 'publishing' WHERE run_id = $1`, [third])
    await expect(rollback('r1')).rejects.toEqual(refused('RUN_IN_PROGRESS', /publishing/))
    await rows(`UPDATE nightscore.run SET state = 'checking' WHERE run_id = $1`, [third])
    expect(await rollback('r1')).toMatchObject({ to: { revision: 1 } })
    await publishRun(steps.deps, third)
    expect(await states('r1')).toEqual(['superseded', 'superseded', 'published'])
    expect(await seen('r1')).toEqual([
      [3, 20],
      [3, 20],
    ])
  })

  test.each(['postgres', 'files'])('where the former revision is gone from its %s', async (place) => {
    const batch = `gone-${place}`
    const first = await publish(batch, 10)
    await publish(batch, 20)
    const table = `nightscore_run_${first.replaceAll('-', '')}`
    if (place === 'postgres') {
      await rows(`ALTER TABLE predictions.j_all DETACH PARTITION predictions.${table}`)
      await rows(`DROP TABLE predictions.${table}`)
    } else fs.rmSync(path.join(scenario.folder, 'out.runs', first), { recursive: true })
    await expect(rollback(batch)).rejects.toEqual(refused('REVISION_GONE', /revision 1 of batch gone/))
    expect(await seen(batch)).toEqual([
      [2, 20],
      [2, 20],
    ])
    expect(await states(batch)).toEqual(['superseded', 'published'])
  })

  test('where the job writes to another sink by now', async () => {
    await publish('moved', 10)
    await scenario.apply({ ...job, sink: { postgres: 'predictions.elsewhere', parquet: 'out' } })
    await publish('moved', 20)
    await expect(rollback('moved')).rejects.toEqual(refused('RUN_STATE', /written to another sink/))
    await scenario.apply(job)
  })

  test.each<[object, RegExp]>([
    [{ job: 'j', batch: 'b1' }, /why/],
    [{ job: 'j', batch: 'b1', why: '' }, /why/],
    [{ job: 'j', batch: 'b1', why: 'x', too: 1 }, /unknown key "too"/],
    [{ job: 'j', batch: 'b1', why: 'x', to: 0 }, /to/],
    [{ job: 'j', batch: '../b1', why: 'x' }, /batch/],
  ])('with the input %j', async (input, message) => {
    const attempt = rollbackRun(steps.deps, { input, request: 'wrong' })
    await expect(attempt).rejects.toEqual(refused('INPUT_INVALID', message))
  })
})
