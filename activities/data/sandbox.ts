import {
  DuckDBInstance,
  type DuckDBConnection,
  type DuckDBDataChunk,
  type DuckDBPreparedStatement,
} from '@duckdb/node-api'
import { quoteLiteral } from './quote-identifier'
import { wholeStream } from './whole-stream'

/** What a DuckDB sandbox may use. */
export interface SandboxLimits {
  readonly threads: number
  /** As DuckDB writes sizes: '2GB'. */
  readonly memoryLimit?: string
  /** Absolute folder within the roots for what exceeds the memory limit; without it the query fails instead. */
  readonly spillFolder?: string
  /** Its queries read one file each, part of it. */
  readonly scansOnly?: boolean
}

/** A value of a small result. */
export type Scalar = string | number | boolean | null

/** What goes with one query: the values of $batch and $file where the SQL has them, and how to stop it. */
export interface QueryOptions {
  readonly batch?: string
  /** As escapeGlob gives it. */
  readonly file?: string
  readonly signal?: AbortSignal
}

/**
 * A DuckDB in memory that can read nothing but the folders it was opened for, loads no extension and
 * whose settings are locked. Users' SQL runs in no other.
 */
export interface Sandbox {
  /** Absolute folders without symlinks. */
  readonly roots: readonly string[]
  /**
   * Lends a connection of its own to `work` (opening one takes 0.1 ms). When `signal` aborts, the running query is
   * interrupted and the signal's reason thrown.
   */
  using<T>(work: (connection: DuckDBConnection) => Promise<T>, signal?: AbortSignal): Promise<T>
  /** All rows of a small result of scalars: objects by column name, BIGINT as text. */
  rows(sql: string, options?: QueryOptions): Promise<Record<string, Scalar>[]>
  /**
   * The chunks of a result, of at most 2,048 rows each, as they are computed; the result is never held whole. They have one
   * column more at the end: see wholeStream.
   */
  stream(sql: string, options?: QueryOptions): AsyncGenerator<DuckDBDataChunk, void, undefined>
  close(): void
}

/** Opens a sandbox over `roots`: absolute, existing folders without symlinks; none where SQL is only to be parsed. */
export async function openSandbox(roots: readonly string[], limits: SandboxLimits): Promise<Sandbox> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(limits.threads),
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
    preserve_insertion_order: 'true',
    ...(limits.memoryLimit === undefined ? {} : { memory_limit: limits.memoryLimit }),
  })
  const lockdown = await instance.connect()
  await lockdown.run("SET GLOBAL TimeZone = 'UTC'")
  // it tells a file by its path and time, in less detail than checkUnchanged
  await lockdown.run('SET enable_external_file_cache = false')
  // both take the statistics of every row group of the file, to plan what is one scan: 4 of 17 ms at 17 columns and 100 row groups
  if (limits.scansOnly === true)
    await lockdown.run("SET GLOBAL disabled_optimizers = 'join_order,statistics_propagation'")
  await lockdown.run(`SET temp_directory = ${quoteLiteral(limits.spillFolder ?? '')}`)
  // DuckDB compares a path before it is taken as a glob: a root with [ in its name is asked for in both spellings
  const spellings = [...new Set(roots.flatMap((root) => [root, escapeGlob(root)]))]
  await lockdown.run(`SET allowed_directories = [${spellings.map(quoteLiteral).join(', ')}]`)
  await lockdown.run('SET enable_external_access = false')
  await lockdown.run('SET lock_configuration = true')
  lockdown.closeSync()

  const lend = async (signal: AbortSignal | undefined): Promise<Loan> => {
    signal?.throwIfAborted()
    const connection = await instance.connect()
    let again: NodeJS.Timeout | undefined
    // DuckDB forgets an interrupt that comes between two steps of a query, when it has been prepared and not begun
    const interrupt = (): void => {
      connection.interrupt()
      again ??= setInterval(() => connection.interrupt(), 100)
    }
    signal?.addEventListener('abort', interrupt)
    return {
      connection,
      end: () => {
        signal?.removeEventListener('abort', interrupt)
        clearInterval(again)
        connection.closeSync()
      },
    }
  }
  const using: Sandbox['using'] = async (work, signal) => {
    const { connection, end } = await lend(signal)
    try {
      return await work(connection)
    } catch (error) {
      signal?.throwIfAborted()
      throw error
    } finally {
      end()
    }
  }
  return {
    roots,
    using,
    rows: (sql, { signal, ...values } = {}) =>
      using(async (connection) => {
        const prepared = await prepare(connection, sql, values)
        return (await prepared.runAndReadAll()).getRowObjectsJson() as Record<string, Scalar>[]
      }, signal),
    async *stream(sql, { signal, ...values } = {}) {
      const { connection, end } = await lend(signal)
      try {
        yield* wholeStream((text) => prepare(connection, text, values), sql, signal)
      } catch (error) {
        signal?.throwIfAborted()
        throw error
      } finally {
        end()
      }
    },
    close: () => instance.closeSync(),
  }
}

interface Loan {
  readonly connection: DuckDBConnection
  readonly end: () => void
}

async function prepare(
  connection: DuckDBConnection,
  sql: string,
  values: { readonly batch?: string; readonly file?: string },
): Promise<DuckDBPreparedStatement> {
  const prepared = await connection.prepare(sql)
  for (let i = 1; i <= prepared.parameterCount; i += 1) {
    const value = values[prepared.parameterName(i) as keyof typeof values]
    if (value !== undefined) prepared.bindVarchar(i, value)
  }
  return prepared
}

/** Sandboxes kept open in this thread: opening one takes 13 to 30 ms, a shard of 100 rows less than 5. */
const kept = new Map<string, Promise<Sandbox>>()
const keptAtMost = 8

/**
 * The thread's single-threaded sandbox over `roots`, opened once. The least recently used beyond 8 are let go; whoever
 * still works in one keeps it until it is done, then the garbage collector closes it.
 */
export function sandboxFor(
  roots: readonly string[],
  limits: Pick<SandboxLimits, 'scansOnly'> = {},
): Promise<Sandbox> {
  const key = JSON.stringify([roots, limits])
  const sandbox = kept.get(key) ?? openSandbox(roots, { threads: 1, memoryLimit: '2GB', ...limits })
  kept.delete(key)
  kept.set(key, sandbox)
  sandbox.catch(() => kept.delete(key))
  for (const oldest of kept.keys()) {
    if (kept.size <= keptAtMost) break
    kept.delete(oldest)
  }
  return sandbox
}

/** A path as DuckDB's file functions take it: the characters that a glob would read otherwise stand for themselves. */
export function quotePath(path: string): string {
  return quoteLiteral(escapeGlob(path))
}

/** @example escapeGlob('/data/[x]*') // '/data/[[]x][*]' */
export function escapeGlob(path: string): string {
  return path.replace(/[[*?]/g, '[$&]')
}
