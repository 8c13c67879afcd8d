import { DatabaseError, type PoolClient } from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import { NightscoreError } from '../../../schemas/errors'
import type { Connections } from '../postgres/connections'
import { inTransaction } from '../postgres/in-transaction'
import { quoteIdentifier } from '../quote-identifier'
import { quotePath } from '../sandbox'
import type { Source, SourceFile, SourceScope } from '../source'
import { stageRows, type StagedRows } from '../staged-rows'
import { stage, type Staging } from '../staging'
import { bindBatch, lineAndColumn, type BoundQuery } from './bind-batch'
import { decodeCopy } from './copy-decoder'
import { postgresColumn, type PostgresColumn } from './postgres-column'

export interface PostgresQuery {
  readonly connection?: string | undefined
  readonly query: string
}

/** A query that takes longer reads a night's data into nobody's morning. */
const statementTimeout = '1h'
const beforeQuery = 'SELECT * FROM (\n'

/**
 * The rows of a query, read once in one REPEATABLE READ READ ONLY transaction and staged as Parquet files of
 * shards.rows rows each. $batch is bound as text: COPY takes no parameters, so it stands for a setting of the
 * transaction. A superuser's connection reads as pg_read_all_data, which may call no function that leaves the database.
 * @throws SOURCE_QUERY_FAILED with Postgres's message, SQLSTATE, line and column
 */
export function postgresSource({ connection, query }: PostgresQuery, connections: Connections): Source {
  return {
    files: (scope) =>
      stage(scope, [], async (staging) => {
        const pool = connections.named(connection)
        return inTransaction(pool, async (client) => {
          const bound = bindBatch(query, "current_setting('nightscore.batch')")
          const pid = await restrict(client, scope.batch)
          const cancel = (): void =>
            void pool.query('SELECT pg_cancel_backend($1)', [pid]).catch(() => undefined)
          scope.signal.addEventListener('abort', cancel)
          try {
            const columns = await describe(client, query, bound)
            return await copy({ client, columns, query, bound, scope, staging, cancel })
          } catch (error) {
            scope.signal.throwIfAborted()
            throw error
          } finally {
            scope.signal.removeEventListener('abort', cancel)
          }
        })
      }),
  }
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
async function describe(client: PoolClient, query: string, bound: BoundQuery): Promise<PostgresColumn[]> {
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
    return fields.map(postgresColumn)
  } catch (error) {
    throw queryFailed(error, query, bound, text, beforeQuery.length)
  }
}

interface CopyOptions {
  readonly client: PoolClient
  readonly columns: readonly PostgresColumn[]
  readonly query: string
  readonly bound: BoundQuery
  readonly scope: SourceScope
  readonly staging: Staging
  readonly cancel: () => void
}

async function copy({
  client,
  columns,
  query,
  bound,
  scope,
  staging,
  cancel,
}: CopyOptions): Promise<SourceFile[]> {
  const list = columns.map(({ cast }, i) => (cast === null ? `c${i}` : `c${i}::${cast}`)).join(', ')
  const start = `COPY (SELECT ${list} FROM (\n`
  const text = `${start}${bound.sql}\n) AS q(${columns.map((_, i) => `c${i}`).join(', ')})) TO STDOUT (FORMAT binary)`
  const options = { rowsPerFile: scope.job.shards.rows, signal: scope.signal }
  const files = await stageRows(staging, columns, options, async (rows) => {
    const stream = client.query(copyTo(text))
    try {
      await decodeCopy(stream.iterator({ destroyOnReturn: false }), taker(columns, rows, scope.onProgress))
    } catch (error) {
      cancel()
      // the connection is of use again only once the COPY has ended
      await stream.forEach(() => undefined).catch(() => undefined)
      throw queryFailed(error, query, bound, text, start.length)
    }
  })
  return withDecimals(columns, files, staging)
}

function taker(columns: readonly PostgresColumn[], rows: StagedRows, onProgress: (rows: number) => void) {
  return {
    field(column: number, bytes: Buffer | null): void {
      const target = columns[column]!
      if (bytes === null) target.values.setNull(rows.pending)
      else target.read(bytes, rows.pending)
    },
    endRow(): Promise<void> | null {
      const flushed = rows.endRow()
      return flushed === null ? null : flushed.then(() => onProgress(rows.total))
    },
  }
}

/** Rewrites staged files whose numeric columns fit a DECIMAL: what fits is known only after the last row. */
async function withDecimals(
  columns: readonly PostgresColumn[],
  files: SourceFile[],
  staging: Staging,
): Promise<SourceFile[]> {
  const casts = columns.flatMap(({ name, numeric }) => {
    const decimal = numeric?.decimal() ?? null
    return decimal === null
      ? []
      : [`CAST(${quoteIdentifier(name)} AS ${decimal}) AS ${quoteIdentifier(name)}`]
  })
  if (casts.length === 0) return files
  const cast: SourceFile[] = []
  for (const file of files) {
    cast.push(
      await staging.write(
        `SELECT * REPLACE (${casts.join(', ')}) FROM read_parquet(${quotePath(file.path)})`,
      ),
    )
    await staging.remove(file)
  }
  return cast
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
