import { openSandbox, quotePath } from '../sandbox'
import { quoteIdentifier } from '../quote-identifier'
import type { DuplicateKeys } from './duplicate-keys'
import type { SinkRun } from './sink'

/** Rows whose keys are compared in one pass: keeps the hash table within memory. */
const rowsPerPass = 2_000_000
const examples = 10

/** Keys that are in the files more than once; null where each is there once. Memory does not grow with the rows. */
export async function findFileDuplicates(
  run: SinkRun,
  folder: string,
  files: readonly string[],
  rows: number,
): Promise<DuplicateKeys | null> {
  if (files.length === 0) return null
  const sandbox = await openSandbox([folder], { threads: 2, memoryLimit: '1GB' })
  try {
    const passes = Math.max(1, Math.ceil(rows / rowsPerPass))
    const found = { keys: 0, rows: 0, examples: [] as { key: (string | null)[]; rows: number }[] }
    for (let pass = 0; pass < passes; pass += 1)
      for (const row of await sandbox.rows(duplicatesSql(run, files, pass, passes))) {
        found.keys += Number(row['duplicate_keys'])
        found.rows += Number(row['duplicate_rows'])
        for (const { key, rows: count } of JSON.parse(row['examples'] as string) as typeof found.examples)
          found.examples.push({ key, rows: count })
      }
    if (found.keys === 0) return null
    return { ...found, examples: found.examples.sort((a, b) => b.rows - a.rows).slice(0, examples) }
  } finally {
    sandbox.close()
  }
}

/** One row: how many keys of this pass are there more than once, in how many rows, and ten of them as JSON. Pure. */
export function duplicatesSql(run: SinkRun, files: readonly string[], pass: number, passes: number): string {
  const keys = run.keys.map((key) => quoteIdentifier(key.name))
  return (
    `WITH duplicate AS (SELECT [${keys.map((key) => `${key}::VARCHAR`).join(', ')}] AS key, count(*) AS rows ` +
    `FROM read_parquet([${files.map(quotePath).join(', ')}], hive_partitioning = false) ` +
    `WHERE hash(${keys.join(', ')}) % ${passes} = ${pass} GROUP BY ${keys.join(', ')} HAVING count(*) > 1) ` +
    `SELECT count(*) AS duplicate_keys, coalesce(sum(rows), 0) AS duplicate_rows, ` +
    `coalesce(to_json(list({'key': key, 'rows': rows} ORDER BY rows DESC, key)[1:${examples}]), '[]')::VARCHAR AS examples FROM duplicate`
  )
}
