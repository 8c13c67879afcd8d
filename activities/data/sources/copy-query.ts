import { DatabaseError, type PoolClient } from 'pg'
import { NightscoreError } from '../../../schemas/errors'
import type { Connections } from '../postgres/connections'
import { inTransaction } from '../postgres/in-transaction'
import { bindBatch, lineAndColumn, type BoundQuery } from './bind-batch'
import { CopiedFiles, rowsHeld, type CopiedFile } from './copied-files'
import { CopyDecoder } from './copy-decoder'
import { CopyOut } from './copy-out'
import { postgresColumn, type PostgresColumn } from './postgres-column'

export interface CopyQuery {
  readonly query: string
  readonly batch: string
  /** Absolute folder that the files go into. */
  readonly folder: string
  readonly rowsPerFile: number
}

export interface CopiedQuery {
  /** In the query's order; at least one, so that a query without rows still tells its columns. */
  readonly files: readonly CopiedFile[]
  /** Columns staged as text that fit a DECIMAL: what fits is known only after the last row. */
  readonly decimals: readonly { readonly name: string; readonly type: string }[]
}

/** A query that takes longer reads a night's data into nobody's morning. */
const statementTimeout = '1h'
const beforeQuery = 'SELECT * FROM (\n'
/** Progress is told at most so often. */
const progressRows = 4_096

/**
 * The rows of a query, read once in one REPEATABLE READ READ ONLY transaction of the control connection's database and
 * written as plain Parquet files. For a thread: decoding and writing are synchronous. When `signal` aborts the query is
 * cancelled.
 * @throws SOURCE_QUERY_FAILED with Postgres's message, SQLSTATE, line and column; COLUMN_TYPE_UNSUPPORTED
 */
export async function copyQuery(
  task: CopyQuery,
  { control: pool }: Connections,
  onProgress: (rows: number) => void,
  signal: AbortSignal,
): Promise<CopiedQuery> {
  signal.throwIfAborted()
  return inTransaction(pool, async (client) => {
    const bound = bindBatch(task.query, "current_setting('nightscore.batch')")
    const pid = await restrict(client, task.batch)
    const cancel = (): void => void pool.query('SELECT pg_cancel_backend($1)', [pid]).catch(() => undefined)
    signal.addEventListener('abort', cancel)
    try {
      const columns = await describe(client, task, bound)
      const files = await copy({ client, columns, task, bound, onProgress, cancel })
      return {
        files,
        decimals: columns.flatMap(({ values: { name }, numeric }) => {
          const type = numeric?.decimal() ?? null
          return type === null ? [] : [{ name, type }]
        }),
      }
    } finally {
      signal.removeEventListener('abort', cancel)
    }
  })
}

/**
 * Makes the transaction read-only and its output the same everywhere; returns the backend's process id. The search path is
 * spelled out, since "$user" in it would mean the lesser role.
 */
async function restrict(client: PoolClient, batch: string): Promise<number> {
  await client.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY')
  await client.query(
    `SELECT set_config('statement_timeout', $1, true), set_config('TimeZone', 'UTC', true), set_config('DateStyle', 'ISO', true),
      set_config('IntervalStyle', 'postgres', true), set_config('standard_conforming_strings', 'on', true),
      set_config('nightscore.batch', $2, true),
      set_config('search_path', (SELECT string_agg(quote_ident(s), ', ') FROM unnest(current_schemas(false)) s), true)`,
    [statementTimeout, batch],
  )
  const { rows } = await client.query<{ pid: number; superuser: boolean }>(
    `SELECT pg_backend_pid() AS pid, rolsuper AND current_setting('server_version_num')::int >= 140000 AS superuser
      FROM pg_roles WHERE rolname = current_user`,
  )
  const { pid, superuser } = rows[0]!
  // row_security = off: a policy that would hide rows from the lesser role is an error, not fewer rows
  if (superuser) await client.query('SET LOCAL ROLE pg_read_all_data; SET LOCAL row_security = off')
  return pid
}

/** The result's columns. The extended protocol takes one statement only, so what parses here holds no second one. */
async function describe(client: PoolClient, task: CopyQuery, bound: BoundQuery): Promise<PostgresColumn[]> {
  const text = `${beforeQuery}${bound.sql}\n) AS q LIMIT 0`
  try {
    const { fields } = await client.query({ text, queryMode: 'extended' } as { text: string })
    const names = fields.map(({ name }) => name.toLowerCase())
    const twice = names.find((name, i) => names.indexOf(name) < i)
    if (twice !== undefined)
      throw new NightscoreError('SOURCE_QUERY_FAILED', {
        found: `two columns named "${twice}" (DuckDB tells no capitals from small letters)`,
        expected: 'a name of its own for each column',
      })
    const rows = rowsHeld(task.rowsPerFile, fields.length)
    return fields.map((field) => postgresColumn(field, rows))
  } catch (error) {
    throw queryFailed(error, task.query, bound, text, beforeQuery.length)
  }
}

interface CopyOptions {
  readonly client: PoolClient
  readonly columns: readonly PostgresColumn[]
  readonly task: CopyQuery
  readonly bound: BoundQuery
  readonly onProgress: (rows: number) => void
  readonly cancel: () => void
}

async function copy(options: CopyOptions): Promise<readonly CopiedFile[]> {
  const { client, columns, task, bound, onProgress, cancel } = options
  const list = columns.map(({ cast }, i) => (cast === null ? `c${i}` : `c${i}::${cast}`)).join(', ')
  const start = `COPY (SELECT ${list} FROM (\n`
  const text = `${start}${bound.sql}\n) AS q(${columns.map((_, i) => `c${i}`).join(', ')})) TO STDOUT (FORMAT binary)`
  const { folder, rowsPerFile } = task
  const held = rowsHeld(rowsPerFile, columns.length)
  const files = new CopiedFiles(columns, { folder, prefix: 'copied-', rowsPerFile, held })
  const decoder = new CopyDecoder(files)
  let told = 0
  const take: CopyDecoder['take'] = (bytes, from, end) => {
    decoder.take(bytes, from, end)
    if (files.total - told < progressRows) return
    told = files.total
    onProgress(told)
  }
  try {
    await client.query(new CopyOut(text, take, cancel)).done
    decoder.finish()
    onProgress(files.total)
    return files.finish(true)
  } catch (error) {
    files.abandon()
    throw queryFailed(error, task.query, bound, text, start.length)
  }
}

/** Errors of the query itself, told in the user's own lines; others (the network, a privilege) stay for inTransaction. */
function queryFailed(error: unknown, query: string, bound: BoundQuery, text: string, start: number): unknown {
  const code = error instanceof DatabaseError ? (error.code ?? '') : ''
  if (!(error instanceof DatabaseError) || code === '42501' || /^(08|40|53|57P|58|XX)/.test(code))
    return error
  // Postgres counts characters, from 1
  const offset =
    error.position === undefined
      ? null
      : Array.from(text)
          .slice(0, Number(error.position) - 1)
          .join('').length - start
  const inQuery = offset !== null && offset >= 0 && offset <= bound.sql.length
  const place = inQuery ? lineAndColumn(query, bound.toOriginal(offset)) : null
  return new NightscoreError('SOURCE_QUERY_FAILED', {
    found: `${place ? `line ${place.line}, column ${place.column}: ` : ''}${error.message} (SQLSTATE ${code})`,
    expected: 'one query that only reads',
    cause: error,
  })
}
