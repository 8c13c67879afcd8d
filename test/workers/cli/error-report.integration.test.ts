import fs from 'node:fs'
import path from 'node:path'
import { stringify } from 'yaml'
import { freshDatabase, runCli, temporaryFolder } from '../../stack'

/** Every error comes as one message, without a stack, with the exit code that scripts go by. */
const batch = '2026-07-04'
let env: NodeJS.ProcessEnv
let databaseUrl: string

beforeAll(async () => {
  databaseUrl = await freshDatabase()
  env = { DATABASE_URL: databaseUrl, NIGHTSCORE_STORE: temporaryFolder() }
  const file = path.join(temporaryFolder(), 'job.yaml')
  const job = {
    name: 'j',
    model: 'm@1',
    source: { parquet: 'x.parquet' },
    key: ['id'],
    sink: { parquet: 'out' },
  }
  fs.writeFileSync(file, stringify(job))
  expect(await runCli(['apply', file], { env })).toMatchObject({ code: 0 })
})

test.each([
  ['a batch key with ..', ['run', 'j', '--batch', 'a..b'], {}, 2, /\[BATCH_KEY_INVALID\]/],
  ['a batch key with a quote', ['preview', 'j', '--batch', `x'y`], {}, 2, /\[BATCH_KEY_INVALID\]/],
  ['a job that there is not', ['run', 'nope', '--batch', '1'], {}, 1, /\[JOB_NOT_FOUND\]/],
  ['a run that there is not', ['run', 'show', '00000000'], {}, 1, /\[RUN_NOT_FOUND\]/],
  ['no database', ['model', 'list'], { DATABASE_URL: '' }, 1, /nightscore up[^]*\[CONNECTION_NOT_SET\]/],
  [
    'a wrong Temporal address',
    ['run', 'j', '--batch', batch],
    { TEMPORAL_ADDRESS: '127.0.0.1:1' },
    1,
    /127\.0\.0\.1:1[^]*\[TEMPORAL_UNREACHABLE\]/,
  ],
])('%s is told in one message', async (_, words, change, code, message) => {
  const result = await runCli(words, { env: { ...env, ...change }, cwd: temporaryFolder() })
  expect(result).toMatchObject({ code, stdout: '' })
  expect(result.stderr).toMatch(message)
  expect(result.stderr).not.toContain('    at ')
})

test('a wrong password is told without the password', async () => {
  const url = new URL(databaseUrl)
  url.password = 's3cret-word'
  const { code, stderr } = await runCli(['model', 'list'], {
    env: { ...env, DATABASE_URL: url.href, NIGHTSCORE_DEBUG: '1' },
  })
  expect(code).toBe(1)
  expect(stderr).toContain('[CONNECTION_PASSWORD]')
  expect(stderr).toContain('    at ') // asked for by NIGHTSCORE_DEBUG
  expect(stderr).not.toContain('s3cret-word')
})

test('doctor goes on where a server does not answer, and fails', async () => {
  const { code, stdout } = await runCli(['doctor'], {
    env: { ...env, DATABASE_URL: 'postgres://u@127.0.0.1:1/x', TEMPORAL_ADDRESS: '127.0.0.1:1' },
  })
  expect(code).toBe(1)
  expect(stdout).toMatch(/^ok {4}Node /)
  expect(stdout).toMatch(/^fail {2}Postgres .*CONNECTION_REFUSED/m)
  expect(stdout).toMatch(/^fail {2}Temporal .*TEMPORAL_UNREACHABLE/m)
  expect(stdout).toContain('2 of ')
})
