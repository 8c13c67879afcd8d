import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { NightscoreError } from '../../schemas/errors'
import { checkJobSql } from './check-job-sql'
import type { SourceColumn } from './column-type'
import { duckdbError } from './duckdb-error'
import type { Connections } from './postgres/connections'
import { footerPath } from './s3/footer-copy'
import { withLocalSources } from './s3/local-copies'
import { namingObjects } from './s3/naming-objects'
import { readCost } from './read-cost'
import { sandboxFor, type Sandbox } from './sandbox'
import { planFeatures, planScan, type DescribedSource } from './plan-scan'
import type { PlannedFeature, ScanPlan } from './scan-plan'
import { expressionSql, parquetRelation, rowNumberColumn } from './scan-sql'
import type { PlanSource, SourceFile, SourceScope } from './source'
import { unreadable } from './source-file'
import { sourceFor } from './sources/source-for'

/** Plans the reading of a batch: lists or stages its files and types every column and expression against them. */
export function planSource(connections: Connections): PlanSource {
  return async (scope, manifest, signature, shadow = null) => {
    await checkJobSql(scope.job)
    const files = await sourceFor(scope.job.source, connections).files(scope)
    const sandbox = await sandboxFor([
      ...scope.roots,
      ...(files.some(({ sha256, etag }) => sha256 !== null || etag !== undefined)
        ? [scope.stagingFolder]
        : []),
    ])
    const columns = await commonColumns(sandbox, files, scope)
    const relation = parquetRelation(footerOf(files[0]!, scope), { rowNumber: false })
    const source = { sandbox, relation, columns, scope }
    const scan = await planScan(source, manifest, signature)
    const { features, error } = await planShadow(source, shadow)
    const rows = await countRows(sandbox, files, scan, scope)
    await rm(join(scope.stagingFolder, 'footers'), { recursive: true, force: true })
    const read = [...scan.keys, ...scan.carry, ...scan.features, ...(features ?? [])].map(({ sql }) => sql)
    const { rowBytes, readerBytes } = readCost(files, [...read, scan.where ?? ''])
    const whole = { ...scan, readerBytes, ...(features && { shadow: features }) }
    return { files, scan: whole, rowBytes, rows, shadowError: error }
  }
}

/** The shadow's features, or why they cannot be read: that is no fault of the run. */
async function planShadow(
  source: DescribedSource,
  shadow: Parameters<PlanSource>[3],
): Promise<{ readonly features?: readonly PlannedFeature[]; readonly error: NightscoreError | null }> {
  if (!shadow) return { error: null }
  try {
    return { features: await planFeatures(source, shadow.manifest, shadow.signature), error: null }
  } catch (error) {
    if (error instanceof NightscoreError && !error.retryable) return { error }
    throw error
  }
}

/** A condition that fails on a row is not told of here: the shard with the row says it better. */
async function countRows(
  sandbox: Sandbox,
  files: readonly SourceFile[],
  { where, batch }: ScanPlan,
  { signal, roots }: SourceScope,
): Promise<number> {
  const all = files.flatMap(({ rowGroups }) => rowGroups).reduce((sum, rows) => sum + rows, 0)
  if (where === null) return all
  let count = 0
  try {
    for (const file of files)
      count += await withLocalSources(
        [file],
        async (local) => {
          const relation = parquetRelation(local.files[0]!.path, { rowNumber: false })
          const sql = `SELECT count(*)::DOUBLE AS rows FROM ${relation} WHERE ${expressionSql(where)}`
          const within = local.roots.length === 0 ? sandbox : await sandboxFor([...roots, ...local.roots])
          return Number((await within.rows(sql, { batch, signal }))[0]!['rows'])
        },
        signal,
      )
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof NightscoreError) throw error
    return all
  }
  return count
}

/** A file that has a source file's columns, if not its rows. */
function footerOf({ path, etag }: SourceFile, { stagingFolder }: SourceScope): string {
  return etag === undefined ? path : footerPath(stagingFolder, { url: path, etag })
}

/** The columns that all files have, with hive folder names. @throws SOURCE_SCHEMAS_DIFFER naming file and column */
async function commonColumns(
  sandbox: Sandbox,
  files: readonly SourceFile[],
  scope: SourceScope,
): Promise<SourceColumn[]> {
  let first: SourceColumn[] | null = null
  for (const file of files) {
    const { path } = file
    const footer = footerOf(file, scope)
    const columns = await namingObjects([{ url: path, path: footer }], () =>
      describeColumns(sandbox, footer, scope.signal),
    )
    first ??= columns
    const differing = first.find(({ name, type }) => columns.find((c) => c.name === name)?.type !== type)
    const extra = columns.find(({ name }) => !first!.some((c) => c.name === name))
    const shown = (list: readonly SourceColumn[], name: string): string =>
      list.find((c) => c.name === name)?.type ?? 'no such column'
    const name = differing?.name ?? extra?.name
    if (name !== undefined)
      throw new NightscoreError('SOURCE_SCHEMAS_DIFFER', {
        found: `column "${name}" of ${path}: ${shown(columns, name)}`,
        expected: `${shown(first, name)}, as in ${files[0]!.path}`,
      })
  }
  return first ?? []
}

async function describeColumns(sandbox: Sandbox, path: string, signal: AbortSignal): Promise<SourceColumn[]> {
  try {
    const rows = await sandbox.rows(`DESCRIBE SELECT * FROM ${parquetRelation(path, { rowNumber: false })}`, {
      signal,
    })
    const columns = rows.map((row) => ({
      name: String(row['column_name']),
      type: String(row['column_type']),
    }))
    const taken = columns.find(({ name }) => name.toLowerCase() === rowNumberColumn)
    if (taken)
      throw new NightscoreError('COLUMN_TYPE_UNSUPPORTED', {
        found: `column "${taken.name}" in ${path}`,
        expected: 'another name: DuckDB numbers the rows of a file under this one',
        fix: 'Rename the column in the file.',
      })
    return columns
  } catch (cause) {
    if (cause instanceof NightscoreError) throw cause
    signal.throwIfAborted()
    throw unreadable(path, duckdbError(cause).message, cause)
  }
}
