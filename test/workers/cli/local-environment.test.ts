import fs from 'node:fs'
import path from 'node:path'
import { localEnvironment, sqlCommand, stackRoot } from '../../../workers/cli/local-environment'
import { self } from '../../../workers/local-stack/processes'
import { temporaryFolder } from '../../stack'

const gone = { pid: 999_999_999, started: 'never' }

/** A folder with a local stack on record, whose servers are this process (so they live) or a process that is gone. */
function stack({ postgres, temporal }: { postgres: boolean; temporal: boolean }): string {
  const root = temporaryFolder()
  const home = path.join(root, '.nightscore')
  fs.mkdirSync(home)
  const record = (lives: boolean, port: number) => ({ owner: self(), process: lives ? self() : gone, port })
  const state = { postgres: record(postgres, 5_499), temporal: { ...record(temporal, 7_299), uiPort: 8_299 } }
  fs.writeFileSync(path.join(home, 'stack.json'), JSON.stringify(state))
  fs.writeFileSync(path.join(home, 'postgres.password'), 'local-password')
  return root
}

test('without a stack the environment stays as it is', () => {
  const environment = { PATH: '/bin' }
  expect(stackRoot('/')).toBeUndefined()
  expect(localEnvironment(environment, '/')).toBe(environment)
})

test('a stack that runs in a folder above fills in database, Temporal and store', () => {
  const root = stack({ postgres: true, temporal: true })
  const below = path.join(root, 'a', 'b')
  fs.mkdirSync(below, { recursive: true })
  expect(localEnvironment({}, below)).toEqual({
    DATABASE_URL: expect.stringMatching(/^postgres.*:local-password@127\.0\.0\.1:5499\//) as string,
    TEMPORAL_ADDRESS: '127.0.0.1:7299',
    NIGHTSCORE_STORE: path.join(root, '.nightscore', 'store'),
  })
})

test('what the environment names itself is left alone', () => {
  const root = stack({ postgres: true, temporal: true })
  const environment = { DATABASE_URL: 'postgres://other/x', TEMPORAL_PROFILE: 'cloud' }
  expect(localEnvironment(environment, root)).toEqual(environment)
})

test('servers whose processes are gone are not used', () => {
  const root = stack({ postgres: false, temporal: true })
  expect(localEnvironment({}, root)).toEqual({ TEMPORAL_ADDRESS: '127.0.0.1:7299' })
})

test('a database URL of the user’s own is not printed', () => {
  expect(sqlCommand({ DATABASE_URL: 'postgres://u:secret@h/x' }, 'postgres://u:secret@h/x')).toBe(
    'psql "$DATABASE_URL"',
  )
  expect(sqlCommand({}, 'postgres://local')).toBe('psql postgres://local')
})
