import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { quoteIdentifier } from '../quote-identifier'
import { quotePath } from '../sandbox'
import type { DuplicateKeys } from './duplicate-keys'
import { pathFailed } from './path-failed'
import type { SinkRun } from './sink'

/** Above it, DuckDB puts its hash table aside on disk, in the run's folder. */
const memoryLimit = '1GB'

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
  const spill = path.join(folder, `.duplicates-${randomBytes(4).toString('hex')}.spill`)
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '2',
    memory_limit: memoryLimit,
    temp_directory: spill,
  })
  try {
    const connection = await instance.connect()
    const reader = await connection.runAndReadAll(duplicatesSql(run, files))
    const [keys, rows, examples] = reader.getRowsJson()[0] as [string, string, string]
    if (keys === '0') return null
    return {
      keys: Number(keys),
      rows: Number(rows),
      examples: JSON.parse(examples) as DuplicateKeys['examples'],
    }
  } catch (error) {
    throw pathFailed(error, folder)
  } finally {
    instance.closeSync()
    await rm(spill, { recursive: true, force: true })
  }
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
