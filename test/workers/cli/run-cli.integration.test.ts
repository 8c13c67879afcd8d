import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { stringify } from 'yaml'
import {
  freshDatabase,
  freshTaskQueue,
  queryRows,
  runCli,
  startWorker,
  temporaryFolder,
  type CliResult,
} from '../../stack'
import { cliFile } from '../../stack/run-cli'
import { duckdb, eventually, goldenModel } from '../../stack/scenario'

// workflow ids are one namespace for all tests of a server
const name = `cli-${randomBytes(4).toString('hex')}`
const batch = '2026-07-04'
const job = {
  name,
  model: 'quality-rules@champion',
  source: { parquet: '{batch}.parquet' },
  key: ['id'],
  carry: ['note'],
  sink: { postgres: 'predictions.cli' },
  shards: { rows: 40 },
  quality: { maxQuarantinedShare: 0.05 },
}
let env: NodeJS.ProcessEnv
let databaseUrl: string
let folder: string

/** Rows of a batch's file; the first `bad` have no value for feature a. */
async function rows(key: string, bad: number): Promise<void> {
  await duckdb(
    `COPY (SELECT i::bigint AS id, CASE WHEN i >= ${bad} THEN i / 100.0 END AS a, 1.0::double AS b, 'x' AS c, 1.5 AS d, 'row ' || i AS note
           FROM range(100) t(i)) TO '${path.join(folder, `${key}.parquet`)}' (FORMAT parquet)`,
  )
}

const nightscore = (...words: string[]): Promise<CliResult> => runCli(words, { env, cwd: folder })
/** The one JSON document on stdout, which the caller knows the shape of. */
async function json(...words: string[]) {
  const { code, stdout, stderr } = await nightscore(...words, '--json')
  return { code, document: JSON.parse(stdout) as unknown, stderr }
}

beforeAll(async () => {
  databaseUrl = await freshDatabase({ migrated: false })
  folder = temporaryFolder()
  const [taskQueue, store] = [freshTaskQueue(), temporaryFolder()]
  env = { DATABASE_URL: databaseUrl, NIGHTSCORE_TASK_QUEUE: taskQueue, NIGHTSCORE_STORE: store }
  await rows(batch, 2)
  await rows('2026-07-05', 20)
  fs.writeFileSync(path.join(folder, 'job.yaml'), stringify(job))
})

describe('from nothing to predictions', () => {
  test('without its tables the database is told to be migrated', async () => {
    const { code, stderr } = await nightscore('model', 'list')
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining('[DATABASE_NOT_MIGRATED]') as string,
    })
    expect(stderr).not.toContain('    at ')
  })

  test('migrate makes them, once', async () => {
    expect((await json('migrate')).document).toMatchObject({
      applied: expect.arrayContaining(['0001-control-tables.sql']) as string[],
    })
    expect((await nightscore('migrate')).stdout).toBe('The database is up to date.\n')
  })

  test('a model is registered once, promoted, listed and shown', async () => {
    const registered = await json('model', 'register', goldenModel('quality-rules'))
    expect(registered.document).toMatchObject({ model: 'quality-rules', version: 1, created: true })
    expect((await nightscore('model', 'register', goldenModel('quality-rules'))).stdout).toContain(
      'registered already',
    )
    const promoted = await nightscore(
      'model',
      'promote',
      'quality-rules@1',
      '--alias',
      'champion',
      '--why',
      'first',
    )
    expect(promoted.stdout).toMatch(
      /^quality-rules@champion is quality-rules@1 \(new\)\.\n {2}ok {6}golden: /,
    )
    expect((await json('model', 'list')).document).toMatchObject([
      { name: 'quality-rules', aliases: { champion: 1 } },
    ])
    const { stdout } = await nightscore('model', 'show', 'quality-rules')
    expect(stdout).toContain('@1 (champion)')
    expect(stdout).toMatch(/champion -> @1 by \S+: first/)
  })

  test('a misspelt model is told with the nearest', async () => {
    const { code, document, stderr } = await json('model', 'show', 'quality-rule')
    expect(code).toBe(1)
    expect(document).toEqual({
      error: { code: 'MODEL_NOT_FOUND', message: expect.stringContaining('quality-rules') as string },
    })
    expect(stderr).toMatch(/^nightscore: No such model/)
  })

  test('a job file can be previewed before it is applied; nothing is written', async () => {
    const { document } = await json('preview', 'job.yaml', '--batch', batch, '--rows', '3')
    const missing = { quarantined: 'MISSING', column: 'a' }
    expect(document).toMatchObject({
      rows: [
        { columns: { id: 0, note: 'row 0' }, answer: missing },
        { columns: { id: 1 }, answer: missing },
        { columns: { id: 2 }, answer: { predictions: { score: expect.any(Number) as number } } },
      ],
    })
    expect((document as { rows: object[] }).rows).toHaveLength(3)
    expect(await queryRows(databaseUrl, 'SELECT FROM nightscore.run')).toEqual([])
  })

  test('apply stores a job once', async () => {
    expect((await nightscore('apply', 'job.yaml')).stdout).toBe(`${name}: revision 1 applied.\n`)
    expect((await json('apply', 'job.yaml')).document).toEqual({
      ...{ name, revision: 1, changed: false },
      schedule: { change: 'none', warnings: [] },
    })
  })

  test('one row is scored as JSON, from the command line or standard input', async () => {
    const row = JSON.stringify({ a: 0.5, b: 1, c: 'x', d: null })
    const given = await json('score', name, '--row', row)
    expect(given.document).toMatchObject({
      model: 'quality-rules@1',
      predictions: { label: expect.any(Boolean) as boolean },
    })
    const piped = await runCli(['score', name, '--json'], { env, cwd: folder, input: row })
    expect(JSON.parse(piped.stdout)).toEqual(given.document)
  })

  test.each([
    ['{"a": 1, "b": 11, "c": "x", "d": 1}', 0, /OUT_OF_RANGE b/],
    ['{"a": 1,', 2, /INPUT_INVALID/],
    ['[1]', 2, /INPUT_INVALID/],
    ['{"a": 1}', 1, /COLUMN_MISSING/],
  ])('score --row %s', async (row, code, message) => {
    const result = await nightscore('score', name, '--row', row)
    expect(result.code).toBe(code)
    expect(result.stdout + result.stderr).toMatch(message)
  })

  test('without a worker, run says so and goes on waiting; Ctrl-C detaches and tells how to go on', async () => {
    const child = spawn(process.execPath, [cliFile, 'run', name, '--batch', batch], {
      env: { ...process.env, ...env },
      cwd: folder,
    })
    let stderr = ''
    let interrupted = false
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
      if (stderr.includes('No worker') && !interrupted) interrupted = child.kill('SIGINT')
    })
    const code = await new Promise((resolve) => child.once('close', resolve))
    expect(code).toBe(130)
    expect(stderr).toContain('start one with nightscore worker')
    expect(stderr).toContain(
      `Detached: the run goes on.\n  follow  nightscore run list --job ${name} --batch ${batch}`,
    )
  })

  test('a second run of the batch is refused while the first waits', async () => {
    const { code, stderr } = await nightscore('run', name, '--batch', batch)
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining('[RUN_IN_PROGRESS]') as string,
    })
  })
})

describe('with a worker', () => {
  beforeAll(async () => {
    await startWorker({
      databaseUrl,
      taskQueue: env['NIGHTSCORE_TASK_QUEUE']!,
      store: env['NIGHTSCORE_STORE']!,
    })
    await waitForRuns(1)
  })

  test('run follows the batch to its end and prints one JSON summary', async () => {
    const { code, document, stderr } = await json('run', name, '--batch', batch)
    expect({ code, document }).toMatchObject({
      code: 0,
      document: {
        job: name,
        batch,
        revision: 2,
        model: 'quality-rules@1',
        state: 'published',
        shards: 3,
        rows: { read: 100, scored: 98, quarantined: 2, filtered: 0 },
      },
    })
    expect(stderr).not.toContain('No worker')
    expect(await queryRows(databaseUrl, 'SELECT count(*)::int, max(revision) FROM predictions.cli')).toEqual([
      { count: 98, max: 2 },
    ])
  })

  test('a run that breaks a rule of the job ends with 3 and says how to go on', async () => {
    const { code, document, stderr } = await json('run', name, '--batch', '2026-07-05')
    expect({ code, document }).toMatchObject({
      code: 3,
      document: { error: { code: 'RUN_QUARANTINE_LIMIT' } },
    })
    expect(stderr).toMatch(/Run [0-9a-f]{8} failed; resume it with: nightscore run resume [0-9a-f]{8}/)
    expect(stderr).not.toContain('    at ')
  })

  test('--no-publish leaves the batch as it is, and is no failure', async () => {
    const { code, document } = await json('run', name, '--batch', batch, '--no-publish')
    expect({ code, document }).toMatchObject({ code: 0, document: { state: 'rejected' } })
    expect(await queryRows(databaseUrl, 'SELECT max(revision) FROM predictions.cli')).toEqual([{ max: 2 }])
  })

  test('runs are listed and shown by the beginning of their id, with why rows were quarantined', async () => {
    const { document } = await json('run', 'list', '--batch', batch, '--limit', '2')
    const runs = document as { runId: string; state: string }[]
    expect(runs[0]?.state).toBe('rejected')
    const { stdout } = await nightscore('run', 'show', runs[1]!.runId.slice(0, 8))
    expect(stdout).toContain('100 read = 98 scored + 2 quarantined + 0 filtered')
    expect(stdout).toMatch(/2 {2}MISSING {2}a/)
  })

  test('--detach comes back at once', async () => {
    const { code, document } = await json('run', name, '--batch', batch, '--detach')
    expect({ code, document }).toMatchObject({ code: 0, document: { workflowId: `score/${name}/${batch}` } })
    await waitForRuns(4)
  })

  test('a published run can be neither cancelled nor resumed', async () => {
    const { document } = await json('run', 'list', '--batch', batch, '--limit', '1')
    const [run] = document as { runId: string }[]
    const cancelled = await nightscore('run', 'cancel', run!.runId)
    expect({ code: cancelled.code, stderr: cancelled.stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining('[RUN_STATE]') as string,
    })
    expect(await nightscore('run', 'resume', run!.runId)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('[RUN_STATE]') as string,
    })
  })

  test('doctor finds all well', async () => {
    const { code, document } = await json('doctor')
    const { ok, checks } = document as { ok: boolean; checks: { name: string; verdict: string }[] }
    expect(checks.filter(({ verdict }) => verdict === 'fail')).toEqual([])
    expect(checks.find((one) => one.name === 'workers')).toMatchObject({ verdict: 'ok' })
    expect({ code, ok }).toEqual({ code: 0, ok: true })
  })
})

/** Waits until so many runs of the batch have ended. */
async function waitForRuns(count: number): Promise<void> {
  await eventually(async () => {
    const sql = 'SELECT FROM nightscore.run WHERE batch = $1 AND ended_at IS NOT NULL'
    return (await queryRows(databaseUrl, sql, [batch])).length >= count || undefined
  })
}
