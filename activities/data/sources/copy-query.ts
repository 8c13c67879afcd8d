import { DatabaseError, type FieldDef, type PoolClient } from 'pg'
import { NightscoreError } from '../../../schemas/errors'
import type { Connections } from '../postgres/connections'
import { inTransaction } from '../postgres/in-transaction'
import { quoteLiteral } from '../quote-identifier'
import { bindBatch, lineAndColumn, type BoundQuery } from './bind-batch'
import type { CopiedFile } from './copied-files'
import { copyParts, type CopiedParts, type CopyOptions } from './copy-parts'
import { numericOid } from './postgres-column'
import { scanParts } from './scan-parts'

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
const cancelEveryMs = 200

/**
 * The rows of a query, read once in one REPEATABLE READ READ ONLY transaction of the control connection's database and
 * written as plain Parquet files. For a thread: decoding and writing are synchronous. When `signal` aborts the query is
 * cancelled.
 * @throws SOURCE_QUERY_FAILED with Postgres's message, SQLSTATE, line and column; COLUMN_TYPE_UNSUPPORTED
 */
export async function copyQuery(
  task: CopyQuery,
  connections: Connections,
  onProgress: (rows: number) => void,
  signal: AbortSignal,
): Promise<CopiedQuery> {
  signal.throwIfAborted()
  const { control: pool } = connections
  return inTransaction(pool, async (client) => {
    const bound = bindBatch(task.query, "current_setting('nightscore.batch')")
    const pids = [await restrict(client, task.batch)]
    const cancelOnce = (): void => {
      for (const pid of pids) pool.query('SELECT pg_cancel_backend($1)', [pid]).catch(() => undefined)
    }
    // again and again: one that comes between two statements ends neither
    let canceling: NodeJS.Timeout | undefined
    const cancel = (): void => {
      cancelOnce()
      canceling ??= setInterval(cancelOnce, cancelEveryMs)
    }
    signal.addEventListener('abort', cancel)
    if (signal.aborted) cancel()
    try {
      const { folder, rowsPerFile } = task
      const fields = await describe(client, task, bound)
      const translate: CopyOptions['translate'] = (error, text, start) =>
        queryFailed(error, task.query, bound, text, start)
      const options = { fields, folder, rowsPerFile, onProgress, cancel, translate }
      const { files, numerics } = await copyAtOnce(connections, client, bound.sql, { task, pids, options })
      return {
        files,
        decimals: numerics.flatMap(({ name, numeric }) => {
          const type = numeric.decimal()
          return type === null ? [] : [{ name, type }]
        }),
      }
    } finally {
      clearInterval(canceling)
      signal.removeEventListener('abort', cancel)
    }
  })
}

/**
 * Makes the transaction read-only and its output the same everywhere; returns the backend's process id. The search path is
 * spelled out, since "$user" in it would mean the lesser role.
 */
async function restrict(client: PoolClient, batch: string, snapshot?: string): Promise<number> {
  await client.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY')
  if (snapshot !== undefined) await client.query(`SET TRANSACTION SNAPSHOT ${quoteLiteral(snapshot)}`)
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
async function describe(client: PoolClient, task: CopyQuery, bound: BoundQuery): Promise<FieldDef[]> {
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
    return fields
  } catch (error) {
    throw queryFailed(error, task.query, bound, text, beforeQuery.length)
  }
}

/**
 * Reads a large table by two connections that see one moment, where that can be told to give the same rows; else, and where
 * a second connection is not to be had, by one.
 */
async function copyAtOnce(
  { control: pool }: Connections,
  client: PoolClient,
  whole: string,
  { task, pids, options }: { task: CopyQuery; pids: number[]; options: CopyOptions },
): Promise<CopiedParts> {
  const { fields } = options
  const one = (): Promise<CopiedParts> => copyParts([{ client, sql: whole }], options)
  // what DECIMAL holds all values is known only to who has seen them all
  if (fields.some(({ dataTypeID }) => dataTypeID === numericOid)) return one()
  const [first, second] = await scanParts(client, whole, fields.length)
  if (first === undefined || second === undefined) return one()
  const { rows } = await client.query<{ snapshot: string }>('SELECT pg_export_snapshot() AS snapshot')
  let begun = false as boolean
  try {
    return await inTransaction(pool, async (other) => {
      pids.push(await restrict(other, task.batch, rows[0]!.snapshot))
      begun = true
      const parts = [
        { client, sql: first },
        { client: other, sql: second },
      ]
      // the parts are not in the user's words: no place in them
      const translate: CopyOptions['translate'] = (error, text) => options.translate(error, text, text.length)
      return copyParts(parts, { ...options, translate })
    })
  } catch (error) {
    if (begun) throw error
    return one()
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
