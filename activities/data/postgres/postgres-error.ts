import { isNativeError } from 'node:util/types'
import { DatabaseError } from 'pg'
import { NightscoreError } from '../../../schemas/errors'

/** What the message may name: the environment variable or host of the connection. */
export interface PostgresErrorContext {
  readonly connection?: string
}

const refusedCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ENOENT',
])

/** Codes of Node's TLS and OpenSSL for a certificate that is not trusted, not for this host, or out of date. */
const tlsCode =
  /^(ERR_TLS_|ERR_SSL_|ERR_OSSL_|CERT_|UNABLE_TO_|SELF_SIGNED_CERT|DEPTH_ZERO_SELF_SIGNED_CERT|INVALID_CA|HOSTNAME_MISMATCH)/

/** Messages of pg itself, which gives them no code. */
const pgRefused =
  /Connection terminated|timeout exceeded when trying to connect|timeout expired|Client has encountered a connection error|not queryable/
const pgTls = /does not support SSL connections|SSL negotiation|error establishing an SSL connection/i

/**
 * The NightscoreError that an error of pg, Node's sockets or Postgres stands for; any other error as it is (among them
 * errors in the SQL itself: their meaning is known where the SQL comes from). Never prints a URL or password.
 */
export function translatePostgresError(error: unknown, context: PostgresErrorContext = {}): unknown {
  // by its nature, not its class: Node's own errors are of another realm where code runs in a vm context, as under Jest
  if (!isNativeError(error) || error instanceof NightscoreError) return error
  return error instanceof DatabaseError ? fromServer(error, context) : fromSocket(error, context)
}

function fromServer(error: DatabaseError, context: PostgresErrorContext): unknown {
  const state = error.code ?? ''
  const found = `${error.message}${at(context)}`
  if (state === '28P01' || state === '28000')
    // Postgres says 28000 also where pg_hba.conf wants TLS or a client certificate
    return new NightscoreError(
      /no encryption|SSL|certificate/i.test(error.message) ? 'CONNECTION_TLS' : 'CONNECTION_PASSWORD',
      {
        found,
        expected: 'a user and password that pg_hba.conf lets in',
        cause: error,
      },
    )
  if (state === '3D000')
    return new NightscoreError('CONNECTION_REFUSED', {
      found,
      expected: 'a database of that name',
      fix: 'Create it, or correct the connection’s URL.',
      cause: error,
    })
  if (state === '42501')
    return new NightscoreError('DATABASE_PERMISSION', { found, expected: 'a role that may', cause: error })
  if ((state === '42P01' || state === '3F000') && /"nightscore(\.[a-z_]+)?"/.test(error.message))
    return new NightscoreError('DATABASE_NOT_MIGRATED', {
      found,
      expected: 'the tables of schema nightscore',
      cause: error,
    })
  if (state.startsWith('57P0'))
    return new NightscoreError('CONNECTION_REFUSED', {
      found,
      expected: 'a server that takes connections',
      cause: error,
    })
  if (/^(08|40|53|57|58|XX)/.test(state))
    return new NightscoreError('DATABASE_FAILED', {
      found: `${found} (SQLSTATE ${state})`,
      expected: 'an answer',
      cause: error,
    })
  return error
}

function fromSocket(error: Error, context: PostgresErrorContext): unknown {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  const found = `${describe(error)}${at(context)}`
  const syscall = 'syscall' in error ? error.syscall : undefined
  // a certificate file of the URL that is not there or not readable
  if (syscall === 'open' || syscall === 'read')
    return new NightscoreError('CONNECTION_TLS', {
      found,
      expected: 'readable files in sslrootcert, sslcert and sslkey',
      cause: error,
    })
  if (tlsCode.test(code) || pgTls.test(error.message))
    return new NightscoreError('CONNECTION_TLS', {
      found,
      expected: 'a certificate of the given CA for that host name',
      cause: error,
    })
  if (refusedCodes.has(code) || pgRefused.test(error.message))
    return new NightscoreError('CONNECTION_REFUSED', {
      found,
      expected: 'a Postgres server that answers',
      cause: error,
    })
  return error
}

/** Node tells a failed connection to several addresses as an AggregateError without a message. */
function describe(error: Error): string {
  if ('errors' in error && Array.isArray(error.errors) && error.message === '')
    return error.errors.map((one: unknown) => (isNativeError(one) ? one.message : String(one))).join('; ')
  return error.message
}

function at(context: PostgresErrorContext): string {
  return context.connection === undefined ? '' : ` (${context.connection})`
}
