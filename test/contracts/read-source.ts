import { DataType, Vector, type Data, type RecordBatch } from 'apache-arrow'
import type { Connections } from '../../activities/data/postgres/connections'
import { planSource } from '../../activities/data/plan-source'
import { withLocalSources } from '../../activities/data/s3/local-copies'
import { sandboxFor } from '../../activities/data/sandbox'
import { scanShard } from '../../activities/data/scan-shard'
import type { PlannedSource } from '../../activities/data/source'
import { jobFileSchema, type JobSnapshot } from '../../schemas/job-file'
import {
  modelManifestSchema,
  type ElementType,
  type ModelManifest,
  type ModelSignature,
} from '../../schemas/model-manifest'

/** What a test reads: a source in a folder that is its only root. */
export interface ReadOptions {
  readonly folder: string
  readonly stagingFolder: string
  readonly source: unknown
  readonly batch?: string
  readonly key?: readonly string[]
  readonly carry?: readonly string[]
  readonly features?: Readonly<Record<string, string>>
  readonly shardRows?: number
  /** Features of the model; default: one that every table has, a constant. */
  readonly model?: readonly unknown[]
  readonly elementType?: ElementType
  readonly connections?: Connections
  readonly signal?: AbortSignal
  readonly onProgress?: (rows: number) => void
}

export const noConnections = {
  get control(): never {
    throw new Error('this test has no database')
  },
} as unknown as Connections

export interface Read extends PlannedSource {
  readonly job: JobSnapshot
  readonly manifest: ModelManifest
}

/** Plans the source as a run does. */
export async function planned(options: ReadOptions): Promise<Read> {
  const job = jobOf(options)
  const { manifest, signature } = modelOf(options)
  const scope = {
    job,
    batch: options.batch ?? '2013-07-04',
    roots: [options.folder],
    stagingFolder: options.stagingFolder,
    onProgress: options.onProgress ?? (() => undefined),
    signal: options.signal ?? new AbortController().signal,
  }
  const plan = await planSource(options.connections ?? noConnections)(scope, manifest, signature)
  return { ...plan, job, manifest }
}

export function jobOf(options: ReadOptions): JobSnapshot {
  const job = jobFileSchema.parse({
    name: 'test',
    model: 'test@1',
    source: options.source,
    features: options.features ?? (options.model ? {} : { one: '1' }),
    key: options.key ?? ['id'],
    carry: options.carry ?? [],
    sink: { parquet: 'out' },
    shards: { rows: options.shardRows ?? 200_000, inFlight: 1 },
  })
  return { ...job, folder: options.folder, revision: 1 }
}

export function modelOf(options: Pick<ReadOptions, 'model' | 'elementType'>): {
  manifest: ModelManifest
  signature: ModelSignature
} {
  const features = options.model ?? [{ name: 'one', type: 'number' }]
  const manifest = modelManifestSchema.parse({ name: 'test', task: 'raw', input: { tensor: 'x' }, features })
  const type = options.elementType ?? 'float32'
  return { manifest, signature: { inputs: [{ name: 'x', type, shape: [null, null] }], outputs: [] } }
}

/** All batches of all files, each file read in one piece. */
export async function batchesOf(read: Read): Promise<RecordBatch[]> {
  const batches: RecordBatch[] = []
  for (const one of read.files)
    await withLocalSources([one], async ({ files }) => {
      const file = files[0]!
      const sandbox = await sandboxFor([file.path.slice(0, file.path.lastIndexOf('/'))])
      const rowEnd = file.rowGroups.reduce((sum, rows) => sum + rows, 0)
      const { scan, manifest } = read
      for await (const batch of scanShard({ sandbox, file, rowStart: 0, rowEnd, scan, manifest }))
        batches.push(batch)
    })
  return batches
}

/** Column name -> the values of all rows as text (dates in days, times in microseconds, bytes in hex), null for null. */
export async function columnsAsText(read: Read): Promise<Record<string, (string | null)[]>> {
  const batches = await batchesOf(read)
  const names = new Map<string, string>([
    ...read.scan.keys.map(({ name }, i) => [`key.${i}`, name] as const),
    ...read.scan.carry.map(({ name }, i) => [`carry.${i}`, name] as const),
  ])
  const columns: Record<string, (string | null)[]> = {}
  for (const batch of batches)
    batch.schema.fields.forEach(({ name }, i) => {
      const column = names.get(name) ?? name
      columns[column] = [...(columns[column] ?? []), ...cells(batch.data.children[i]!)]
    })
  return columns
}

/** One column of all batches as JavaScript values. */
export function valuesOf(batches: readonly RecordBatch[], name: string): unknown[] {
  return batches.flatMap((batch) => {
    const column = batch.getChild(name)
    if (!column) throw new Error(`no column ${name} among ${batch.schema.names.join(', ')}`)
    return Array.from(column, (value: unknown) => (value instanceof Vector ? Array.from(value) : value))
  })
}

function cells(data: Data): (string | null)[] {
  return Array.from({ length: data.length }, (_, row) => (data.getValid(row) ? cell(data, row) : null))
}

function cell(data: Data, row: number): string {
  const { type } = data
  const stored = DataType.isDate(type) || DataType.isTime(type) || DataType.isTimestamp(type)
  const value: unknown = stored ? (data.values as BigInt64Array)[row] : new Vector([data]).get(row)
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : String(value)
}
