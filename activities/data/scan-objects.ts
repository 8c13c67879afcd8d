import type { RecordBatch } from 'apache-arrow'
import { NightscoreError } from '../../schemas/errors'
import type { JobSnapshot } from '../../schemas/job-file'
import type { ModelManifest, ModelSignature } from '../../schemas/model-manifest'
import type { SourceColumn } from './column-type'
import { diagnoseScan } from './diagnose-scan'
import { planScan } from './plan-scan'
import { quoteIdentifier, quoteLiteral } from './quote-identifier'
import { sandboxFor } from './sandbox'
import { scanBatches } from './scan-batches'
import type { ScanPlan } from './scan-plan'
import { scanSchema } from './scan-schema'
import { rowNumberColumn, scanSql } from './scan-sql'

export interface ScanObjectsOptions {
  /** Source columns by name, as JSON has them; a column that a row leaves out is null there. */
  readonly rows: readonly Readonly<Record<string, unknown>>[]
  readonly job: JobSnapshot
  readonly batch: string
  readonly manifest: ModelManifest
  readonly signature: ModelSignature
  readonly signal?: AbortSignal
}

export interface ScannedObjects {
  readonly scan: ScanPlan
  /** As scanShard's, without keys and carried columns. */
  readonly batches: readonly RecordBatch[]
}

/**
 * Reads rows that came as JSON through the same feature SQL and conversions as a file's rows. Nobody tells the types of
 * the source's columns here: text that looks like a date or a timestamp is tried as one first, then as text. `where` is
 * not applied.
 * @throws COLUMN_MISSING where a feature's column is in none of the rows
 * @throws INPUT_INVALID where the rows cannot be made a table
 */
export async function scanObjects(options: ScanObjectsOptions): Promise<ScannedObjects> {
  const attempts = [columnsOf(options.rows, jsonType), columnsOf(options.rows, plainJsonType)]
  try {
    return await scanAs(attempts[0]!, options)
  } catch (error) {
    const dated = JSON.stringify(attempts[0]) !== JSON.stringify(attempts[1])
    if (!dated || !(error instanceof NightscoreError) || error.code !== 'EXPRESSION_INVALID') throw error
    return await scanAs(attempts[1]!, options).catch(() => Promise.reject(error))
  }
}

async function scanAs(columns: readonly JsonColumn[], options: ScanObjectsOptions): Promise<ScannedObjects> {
  const { rows, manifest, signature, batch } = options
  const { where: _unused, ...source } = options.job.source
  const job = { ...options.job, key: [], carry: [], source }
  const sandbox = await sandboxFor([])
  const relation = relationOf(rows, columns)
  const signal = options.signal ?? new AbortController().signal
  const scan = await planScan(
    { sandbox, relation, columns, scope: { job, batch, signal } },
    manifest,
    signature,
  )
  const range = [0, rows.length] as const
  const batches: RecordBatch[] = []
  try {
    const chunks = sandbox.stream(scanSql(scan, manifest, relation, range), { batch, signal })
    for await (const one of scanBatches(chunks, scanSchema(scan, manifest))) batches.push(one)
  } catch (error) {
    throw await diagnoseScan(error, { sandbox, relation, scan, range, file: 'the given rows' })
  }
  return { scan, batches }
}

interface JsonColumn extends SourceColumn {
  /** The type as from_json takes it: a DuckDB type, or a list of one. */
  readonly structure: unknown
}

/** The rows as a relation named source, without a table: one list of structs, unnested. */
function relationOf(
  rows: readonly Readonly<Record<string, unknown>>[],
  columns: readonly JsonColumn[],
): string {
  const text = JSON.stringify(rows, (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  )
  const structure = JSON.stringify([
    Object.fromEntries(columns.map((column) => [column.name, column.structure])),
  ])
  const names = columns.map(({ name }) => `s.${quoteIdentifier(name)}`)
  const list =
    columns.length > 0
      ? `from_json(${quoteLiteral(text)}, ${quoteLiteral(structure)})`
      : `range(${rows.length})`
  return `(SELECT row_number() OVER () - 1 AS ${rowNumberColumn}${names.map((name) => `, ${name}`).join('')} FROM (SELECT unnest(${list}) AS s)) AS source`
}

type TypeOf = (values: readonly unknown[]) => unknown

function columnsOf(rows: readonly Readonly<Record<string, unknown>>[], typeOf: TypeOf): JsonColumn[] {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  const folded = names.map((name) => name.toLowerCase())
  const twice = names.find((_, i) => folded.indexOf(folded[i]!) < i || folded[i] === rowNumberColumn)
  if (twice !== undefined)
    throw new NightscoreError('INPUT_INVALID', {
      found: `the column "${twice}"`,
      expected: `names that differ in more than capitals, none of them ${rowNumberColumn}`,
    })
  return names.map((name) => {
    const structure = typeOf(
      rows.map((row) => row[name]).filter((value) => value !== null && value !== undefined),
    )
    return {
      name,
      structure,
      type: Array.isArray(structure) ? `${String(structure[0])}[]` : String(structure),
    }
  })
}

const dateText = /^\d{4}-\d{2}-\d{2}$/
const timestampText = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?$/
const timestampWithZoneText = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}(:?\d{2})?)$/

/** The DuckDB type that holds all of a column's values. */
function jsonType(values: readonly unknown[]): unknown {
  const texts = values.filter((value) => typeof value === 'string')
  if (values.length > 0 && texts.length === values.length) {
    if (texts.every((text) => dateText.test(text))) return 'DATE'
    if (texts.every((text) => timestampText.test(text) || dateText.test(text))) return 'TIMESTAMP'
    if (texts.every((text) => timestampWithZoneText.test(text))) return 'TIMESTAMP WITH TIME ZONE'
  }
  return plainJsonType(values)
}

function plainJsonType(values: readonly unknown[]): unknown {
  const every = (holds: (value: unknown) => boolean): boolean => values.length > 0 && values.every(holds)
  if (every((value) => typeof value === 'boolean')) return 'BOOLEAN'
  if (every((value) => typeof value === 'bigint' || Number.isSafeInteger(value))) return 'BIGINT'
  if (every((value) => typeof value === 'number')) return 'DOUBLE'
  if (every(Array.isArray)) return [plainJsonType(values.flat().filter((value) => value !== null))]
  return every((value) => typeof value === 'object') ? 'JSON' : 'VARCHAR'
}
