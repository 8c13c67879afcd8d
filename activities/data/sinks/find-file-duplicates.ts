import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { duckdbError } from '../duckdb-error'
import { quoteIdentifier } from '../quote-identifier'
import { quotePath } from '../sandbox'
import type { DuplicateKeys } from './duplicate-keys'
import { pathFailed } from './path-failed'
import type { SinkRun } from './sink'

/**
 * Above it, DuckDB puts its hash table aside on disk, in the run's folder, in as much time: 20 M keys took 174 MB and 1.9 s with the
 * first, 919 MB and 1.6 s with 1 GB. Many long keys need more for what stays: 30 M of 32 letters the second.
 */
const memoryLimits = ['96MB', '384MB', '1536MB', '6GB']

/**
 * Keys that are in the run's Parquet files more than once; null where each is there once.
 * @param files absolute paths within `folder`
 */
export async function findFileDuplicates(
  run: SinkRun,
  folder: string,
  files: readonly string[],
): Promise<DuplicateKeys | null> {
  if (files.length === 0) return null
  try {
    const [keys, rows, examples] = await onlyRow(duplicatesSql(run, files), folder, memoryLimits)
    if (keys === '0') return null
    return {
      keys: Number(keys),
      rows: Number(rows),
      examples: JSON.parse(examples) as DuplicateKeys['examples'],
    }
  } catch (error) {
    throw pathFailed(error, folder)
  }
}

/** What a query of one row answers, within the first limit of memory that is enough. */
async function onlyRow(
  sql: string,
  folder: string,
  [memoryLimit, ...more]: readonly string[],
): Promise<[keys: string, rows: string, examples: string]> {
  const spill = path.join(folder, `.duplicates-${randomBytes(4).toString('hex')}.spill`)
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '2',
    memory_limit: memoryLimit!,
    temp_directory: spill,
  })
  try {
    const reader = await (await instance.connect()).runAndReadAll(sql)
    return reader.getRowsJson()[0] as [string, string, string]
  } catch (error) {
    if (duckdbError(error).kind !== 'Out of Memory' || more.length === 0) throw error
  } finally {
    instance.closeSync()
    await rm(spill, { recursive: true, force: true })
  }
  return onlyRow(sql, folder, more)
}

/** One row: how many keys are there more than once, in how many rows, and the ten most frequent as JSON. Pure. */
export function duplicatesSql(run: SinkRun, files: readonly string[]): string {
  const keys = run.keys.map((key) => quoteIdentifier(key.name))
  return (
    `WITH duplicate AS (SELECT [${keys.map((key) => `${key}::VARCHAR`).join(', ')}] AS key, count(*) AS rows ` +
    `FROM read_parquet([${files.map(quotePath).join(', ')}], hive_partitioning = false) ` +
    `GROUP BY ${keys.join(', ')} HAVING count(*) > 1) ` +
    `SELECT count(*), coalesce(sum(rows), 0), ` +
    `(SELECT to_json(list({'key': key, 'rows': rows}))::VARCHAR FROM (FROM duplicate ORDER BY rows DESC, key LIMIT 10)) FROM duplicate`
  )
}
