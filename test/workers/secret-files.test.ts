import fs from 'node:fs'
import path from 'node:path'
import { readSecretFiles } from '../../workers/secret-files'
import { temporaryFolder } from '../stack'

const folder = temporaryFolder()
const secret = (name: string, text: string): string => {
  const file = path.join(folder, name)
  fs.writeFileSync(file, text)
  return file
}
const url = 'postgres://scoring:p%40ss@db:5432/nightscore'

test('a secret is what its file holds, without the line’s end', () => {
  const environment = {
    PATH: '/bin',
    DATABASE_URL_FILE: secret('database-url', `${url}\n`),
    NIGHTSCORE_MODEL_KEY_FILE: secret('model-key', 'a2V5'),
    NIGHTSCORE_CONNECTION_WAREHOUSE_FILE: secret('warehouse', `${url}\r\n`),
    NIGHTSCORE_CONNECTION_ALERTS_SECRET_FILE: secret('alerts', 'sign with this\n'),
    TEMPORAL_API_KEY_FILE: secret('api-key', 'key'),
  }
  expect(readSecretFiles(environment)).toEqual({
    ...environment,
    DATABASE_URL: url,
    NIGHTSCORE_MODEL_KEY: 'a2V5',
    NIGHTSCORE_CONNECTION_WAREHOUSE: url,
    NIGHTSCORE_CONNECTION_ALERTS_SECRET: 'sign with this',
    TEMPORAL_API_KEY: 'key',
  })
})

test('other variables that end in _FILE, and empty ones, are left alone', () => {
  const environment = { TEMPORAL_CONFIG_FILE: '/nowhere', PGPASSFILE: '/nowhere', DATABASE_URL_FILE: '' }
  expect(readSecretFiles(environment)).toBe(environment)
})

test('a connection may be called x-file', () => {
  const environment = { NIGHTSCORE_CONNECTION_X_FILE: url }
  expect(readSecretFiles(environment)).toBe(environment)
})

test.each([
  [
    'a file that is not there',
    { DATABASE_URL_FILE: '/no/such' },
    /a file named in DATABASE_URL_FILE, .*ENOENT/,
  ],
  ['a folder', { NIGHTSCORE_MODEL_KEY_FILE: folder }, /a file named in NIGHTSCORE_MODEL_KEY_FILE, .*EISDIR/],
  ['an empty file', { DATABASE_URL_FILE: secret('empty', '\n') }, /an empty file named in DATABASE_URL_FILE/],
  [
    'the variable itself beside it',
    { DATABASE_URL_FILE: secret('twice', url), DATABASE_URL: 'postgres://other' },
    /both DATABASE_URL and DATABASE_URL_FILE/,
  ],
])('%s is refused, and no secret is told', (_, environment, message) => {
  expect(() => readSecretFiles(environment)).toThrow(message)
  expect(() => readSecretFiles(environment)).not.toThrow(/p%40ss/)
})
