import { DatabaseError } from 'pg'
import { translatePostgresError } from '../../../../activities/data/postgres/postgres-error'
import { NightscoreError } from '../../../../schemas/errors'

function fromServer(code: string, message = 'what Postgres says'): DatabaseError {
  return Object.assign(new DatabaseError(message, message.length, 'error'), { code })
}
const coded = (code: string, message = 'what Node says', more: object = {}) =>
  Object.assign(new Error(message), { code, ...more })
const codeOf = (error: unknown) => (error instanceof NightscoreError ? error.code : error)

test.each<[Error, string]>([
  [fromServer('28P01'), 'CONNECTION_PASSWORD'],
  [fromServer('28000', 'role "x" does not exist'), 'CONNECTION_PASSWORD'],
  [
    fromServer('28000', 'no pg_hba.conf entry for host "h", user "u", database "d", no encryption'),
    'CONNECTION_TLS',
  ],
  [fromServer('3D000', 'database "x" does not exist'), 'CONNECTION_REFUSED'],
  [fromServer('42501'), 'DATABASE_PERMISSION'],
  [fromServer('42P01', 'relation "nightscore.run" does not exist'), 'DATABASE_NOT_MIGRATED'],
  [fromServer('3F000', 'schema "nightscore" does not exist'), 'DATABASE_NOT_MIGRATED'],
  [fromServer('57P01', 'terminating connection due to administrator command'), 'CONNECTION_REFUSED'],
  [fromServer('57P03', 'the database system is starting up'), 'CONNECTION_REFUSED'],
  [fromServer('40001'), 'DATABASE_FAILED'],
  [fromServer('40P01'), 'DATABASE_FAILED'],
  [fromServer('53100', 'could not extend file: No space left on device'), 'DATABASE_FAILED'],
  [fromServer('53300', 'sorry, too many clients already'), 'DATABASE_FAILED'],
  [fromServer('08006'), 'DATABASE_FAILED'],
  [coded('ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:1'), 'CONNECTION_REFUSED'],
  [coded('ENOTFOUND', 'getaddrinfo ENOTFOUND nowhere'), 'CONNECTION_REFUSED'],
  [coded('ECONNRESET'), 'CONNECTION_REFUSED'],
  [new Error('Connection terminated unexpectedly'), 'CONNECTION_REFUSED'],
  [new Error('Connection terminated due to connection timeout'), 'CONNECTION_REFUSED'],
  [new Error('timeout exceeded when trying to connect'), 'CONNECTION_REFUSED'],
  [coded('DEPTH_ZERO_SELF_SIGNED_CERT'), 'CONNECTION_TLS'],
  [coded('SELF_SIGNED_CERT_IN_CHAIN'), 'CONNECTION_TLS'],
  [coded('UNABLE_TO_VERIFY_LEAF_SIGNATURE'), 'CONNECTION_TLS'],
  [coded('CERT_HAS_EXPIRED'), 'CONNECTION_TLS'],
  [coded('ERR_TLS_CERT_ALTNAME_INVALID'), 'CONNECTION_TLS'],
  [new Error('The server does not support SSL connections'), 'CONNECTION_TLS'],
  [
    coded('ENOENT', "ENOENT: no such file or directory, open 'ca.pem'", { syscall: 'open' }),
    'CONNECTION_TLS',
  ],
])('%s is %s', (error, code) => {
  const translated = translatePostgresError(error, { connection: 'NIGHTSCORE_CONNECTION_X' })
  expect(codeOf(translated)).toBe(code)
  expect(translated).toMatchObject({ cause: error })
  expect(String(translated)).toContain(error.message)
  expect(String(translated)).toContain('(NIGHTSCORE_CONNECTION_X)')
})

test('a failure to reach any of several addresses tells each', () => {
  const error = Object.assign(
    new AggregateError([
      new Error('connect ECONNREFUSED ::1:5'),
      new Error('connect ECONNREFUSED 127.0.0.1:5'),
    ]),
    {
      code: 'ECONNREFUSED',
    },
  )
  expect(String(translatePostgresError(error))).toContain(
    'connect ECONNREFUSED ::1:5; connect ECONNREFUSED 127.0.0.1:5',
  )
})

test.each([
  fromServer('42601', 'syntax error at or near "selct"'),
  fromServer('42P01', 'relation "other.run" does not exist'),
  fromServer('55P03'),
  new TypeError('a mistake of ours'),
  new NightscoreError('RUN_STATE', { found: 'a', expected: 'b' }),
  'no error at all',
])('%s stays what it is', (error) => {
  expect(translatePostgresError(error)).toBe(error)
})
