import { NightscoreError } from '../../../schemas/errors'
import type { JobSnapshot } from '../../../schemas/job-file'
import { planScan } from '../../data/plan-scan'
import { resolveInRoots } from '../../data/roots'
import { withLocalCopies } from '../../data/s3/local-copies'
import type { S3Object } from '../../data/s3/objects'
import { objectsFor } from '../../data/s3/objects-for'
import { isS3Url } from '../../data/s3/s3-url'
import { sandboxFor, type Sandbox } from '../../data/sandbox'
import { scanColumns, type ScanPlan } from '../../data/scan-plan'
import { scanShard } from '../../data/scan-shard'
import { parquetRelation } from '../../data/scan-sql'
import { describeFile } from '../../data/source-file'
import type { SourceFile } from '../../data/source'
import { columnOf } from '../../features/check-keys'
import type { RunContext } from '../../runs/run-context'
import { BatchScorer } from '../../scoring/batch-scorer'
import { openSession } from '../../scoring/open-session'
import { loadPackageFiles } from '../../scoring/registry/load-package-files'
import type { ProfileColumns } from '../profiles/profile-column'
import { fileContent, referenceBatchColumns, type FileColumns } from './file-content'
import type { ReferenceDeps } from './package-reference'
import { referenceIdentity } from './reference-identity'
import { findReference, storeReference } from './store-reference'

/** A reference file, ready to be read. */
interface PlannedFile {
  readonly sandbox: Sandbox
  readonly file: SourceFile
  readonly scan: ScanPlan
  readonly columns: FileColumns
}

/**
 * The reference of a Parquet file with the source's columns: the job's feature SQL is applied, `where` is not; all rows are
 * scored by the run's model. The column that the job names as its label is the label, where the file has it.
 * @param path relative to the job's folder, absolute, or of S3; within the data roots
 * @returns its id; the same file (path, size and time) with the same SQL makes no second one
 * @throws NightscoreError REFERENCE_INVALID where it cannot be read or planned, or a label is none; PATH_OUTSIDE_ROOTS;
 *   MODEL_RUN_FAILED
 */
export async function parquetReference(
  deps: ReferenceDeps,
  context: RunContext,
  path: string,
): Promise<string> {
  if (!isS3Url(path)) return ofFile(deps, context, { path, readable: [] })
  const [object] = await asReferenceError(path, () => objectsFor(path))
  return withLocalCopies([object!], ({ files: [copy], roots }) =>
    ofFile(deps, context, { path: copy!.path, readable: roots, object: copy! }),
  )
}

/** A file as the job names it, or the copy of an object. */
interface ReferenceFile {
  readonly path: string
  /** Folders that may be read beside the run's. */
  readonly readable: readonly string[]
  readonly object?: S3Object
}

async function ofFile(deps: ReferenceDeps, context: RunContext, given: ReferenceFile): Promise<string> {
  const pool = deps.connections.control
  const { run, manifest } = context
  const planned = await asReferenceError(given.object?.url ?? given.path, () => planFile(context, given))
  const { scan, columns } = planned
  const { object } = given
  const file = object ? { ...planned.file, path: object.url, modifiedMs: object.modifiedMs } : planned.file
  const identity = referenceIdentity(
    'parquet',
    [run.model, run.modelVersion],
    [file.path, file.sizeBytes, object?.etag ?? file.modifiedMs],
    [scan.features.map(({ sql }) => sql), columns.label, columns.segments],
    scan.features.some(({ sql }) => sql.includes('$batch')) ? scan.batch : null,
  )
  const known = await findReference(pool, identity)
  if (known !== null) return known
  const content = await fileContent(await scoreFile(deps, context, planned), manifest)
  return storeReference(pool, {
    ...content,
    identity,
    kind: 'parquet',
    source: {
      file: object?.url ?? given.path,
      sizeBytes: file.sizeBytes,
      modifiedMs: file.modifiedMs,
      segments: columns.segments,
    },
    model: run.model,
    version: run.modelVersion,
  })
}

async function planFile(
  { run, job, roots, manifest, signature }: RunContext,
  { path, readable, object }: ReferenceFile,
): Promise<PlannedFile> {
  const absolute = object ? path : await resolveInRoots(path, job.folder, roots)
  const sandbox = await sandboxFor([...roots, ...readable])
  const file = await describeFile(sandbox, absolute, null)
  const relation = parquetRelation(absolute, { rowNumber: false })
  const described = await sandbox.rows(`DESCRIBE SELECT * FROM ${relation}`)
  const sourceColumns = described.map((row) => ({
    name: String(row['column_name']),
    type: String(row['column_type']),
  }))
  const isThere = (name: string): boolean => sourceColumns.some((column) => column.name === name)
  const label = job.labels !== undefined && isThere(job.labels.column) ? job.labels.column : null
  const segments = [...new Set(job.monitor.segments)].filter(isThere).sort()
  const names = [...new Set([...(label === null ? [] : [label]), ...segments])]
  const scope = {
    job: asReferenceJob(job, path, names),
    batch: run.batch,
    signal: new AbortController().signal,
  }
  const scan = await planScan({ sandbox, relation, columns: sourceColumns, scope }, manifest, signature)
  return { sandbox, file, scan, columns: { names, label, segments, file: object?.url ?? path } }
}

/** The job as it reads a reference file: its features, no key, no where. */
function asReferenceJob(job: JobSnapshot, path: string, carry: readonly string[]): JobSnapshot {
  return { ...job, source: { parquet: path }, key: [], carry: [...carry] }
}

async function scoreFile(
  { connections, modelKeys }: ReferenceDeps,
  { run, manifest, signature }: RunContext,
  { sandbox, file, scan, columns }: PlannedFile,
): Promise<ProfileColumns[]> {
  const name = { model: run.model, version: run.modelVersion }
  const stored = await loadPackageFiles(connections.control, modelKeys, name, () => ['model.onnx'])
  const session = await openSession(stored.contents.get('model.onnx')!, stored.signature)
  try {
    const scorer = new BatchScorer(session, { manifest, signature }, scan)
    const rowEnd = file.rowGroups.reduce((sum, rows) => sum + rows, 0)
    const batches: ProfileColumns[] = []
    for await (const scanned of scanShard({ sandbox, file, rowStart: 0, rowEnd, scan, manifest })) {
      const { rows: scored, predictions } = await scorer.score(scanned)
      const read = scan.carry.map((_, i) => columnOf(scanned, scanColumns.carry(i)))
      batches.push(
        referenceBatchColumns({ scanned, scored, predictions, columns: read }, columns, {
          manifest,
          signature,
        }),
      )
    }
    return batches
  } finally {
    await session.release()
  }
}

/** What is wrong with the file is wrong with monitor.reference; a path that leaves the roots says so itself. */
async function asReferenceError<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    if (cause instanceof NightscoreError && (cause.retryable || cause.code === 'PATH_OUTSIDE_ROOTS'))
      throw cause
    const found = cause instanceof NightscoreError ? cause.facts.found : String(cause)
    const expected =
      cause instanceof NightscoreError ? cause.facts.expected : 'a Parquet file that can be read'
    throw new NightscoreError('REFERENCE_INVALID', { found: `${path}: ${found}`, expected, cause })
  }
}
