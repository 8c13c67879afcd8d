import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { closest } from 'fastest-levenshtein'
import type { Pool, PoolClient } from 'pg'
import { parse, YAMLParseError } from 'yaml'
import { NightscoreError } from '../../schemas/errors'
import { jobFileSchema, type JobFile, type JobSnapshot } from '../../schemas/job-file'
import { strictParse } from '../../schemas/strict-parse'
import { inTransaction } from '../data/postgres/in-transaction'
import { isS3Url } from '../data/s3/s3-url'

/** A job file that was read and found valid, not yet stored. */
export interface ReadJob {
  readonly job: JobFile
  /** Absolute folder of the file: what the job's relative paths start at. */
  readonly folder: string
  readonly text: string
}

/** Reads and validates a job file. @throws NightscoreError JOB_INVALID naming file, field and what it takes */
export async function readJobFile(file: string): Promise<ReadJob> {
  const absolute = path.resolve(file)
  let text: string
  try {
    text = await readFile(absolute, 'utf8')
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new NightscoreError('JOB_INVALID', { found: reason, expected: 'a readable job file (YAML)', cause })
  }
  return { job: parseJob(text, file), folder: path.dirname(absolute), text }
}

/** @throws NightscoreError JOB_INVALID */
export function parseJob(text: string, name: string): JobFile {
  let value: unknown
  try {
    value = parse(text)
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error
    throw new NightscoreError('JOB_INVALID', {
      found: `${name}: ${error.message}`,
      expected: 'YAML',
      cause: error,
    })
  }
  return strictParse(jobFileSchema, value, 'JOB_INVALID', name)
}

/**
 * Stores a job as its next revision; an unchanged one makes none. Its SQL is not checked here: see checkJobSql.
 * @param alongside done before the revision is committed, and for an unchanged one too: where it throws, nothing is stored. It is
 *   told whether a revision of the job ever had a schedule
 * @throws NightscoreError JOB_SINK_TAKEN where another job writes to the same table or folder
 */
export async function applyJob(
  pool: Pool,
  { job, folder, text }: ReadJob,
  by: string,
  alongside: (everScheduled: boolean) => Promise<void> = () => Promise.resolve(),
): Promise<{ name: string; revision: number; changed: boolean }> {
  const sha256 = createHash('sha256')
    .update(JSON.stringify([folder, job]))
    .digest('hex')
  return inTransaction(pool, async (client) => {
    await client.query('LOCK TABLE nightscore.job IN SHARE ROW EXCLUSIVE MODE') // one apply at a time; readers go on
    const { rows } = await client.query<{
      name: string
      revision: number
      sha256: string
      definition: JobFile
      folder: string
    }>(
      'SELECT DISTINCT ON (name) name, revision, sha256, definition, folder FROM nightscore.job ORDER BY name, revision DESC',
    )
    const former = rows.find((row) => row.name === job.name)
    if (former?.sha256 === sha256) {
      await alongside(await everScheduled(client, job.name))
      return { name: job.name, revision: former.revision, changed: false }
    }
    for (const other of rows)
      if (other.name !== job.name)
        refuseSharedSink(sinkPlaces(job, folder), sinkPlaces(other.definition, other.folder), other.name)
    const revision = (former?.revision ?? 0) + 1
    await client.query(
      `INSERT INTO nightscore.job (name, revision, folder, definition, source_text, sha256, created_by)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [job.name, revision, folder, job, text, sha256, by],
    )
    await alongside(await everScheduled(client, job.name))
    return { name: job.name, revision, changed: true }
  })
}

async function everScheduled(client: PoolClient, job: string): Promise<boolean> {
  const { rowCount } = await client.query(
    `SELECT FROM nightscore.job WHERE name = $1 AND definition ? 'schedule' LIMIT 1`,
    [job],
  )
  return rowCount === 1
}

/** The job as applied last, or one of its revisions. @throws NightscoreError JOB_NOT_FOUND with the nearest name */
export async function loadJob(pool: Pool, name: string, revision?: number): Promise<JobSnapshot> {
  const { rows } = await pool.query<StoredJob>(
    `SELECT definition, folder, revision FROM nightscore.job
     WHERE name = $1 AND ($2::int IS NULL OR revision = $2) ORDER BY revision DESC LIMIT 1`,
    [name, revision ?? null],
  )
  const row = rows[0]
  if (row) return snapshot(row)
  const names = (await listJobs(pool)).map((job) => job.name)
  throw new NightscoreError('JOB_NOT_FOUND', {
    found: `no job "${name}"${revision === undefined ? '' : ` of revision ${revision}`}`,
    expected:
      names.length === 0
        ? 'a job that was applied; there is none yet'
        : `one of ${names.join(', ')} (nearest: ${closest(name, names)})`,
  })
}

/** All jobs in force, by name. */
export async function listJobs(pool: Pool): Promise<JobSnapshot[]> {
  const { rows } = await pool.query<StoredJob>(
    'SELECT DISTINCT ON (name) definition, folder, revision FROM nightscore.job ORDER BY name, revision DESC',
  )
  return rows.map(snapshot)
}

/** A job that was applied before a field came to be has the field's default. */
function snapshot({ definition, folder, revision }: StoredJob): JobSnapshot {
  return { ...jobFileSchema.parse(definition), folder, revision }
}

interface StoredJob {
  readonly definition: unknown
  readonly folder: string
  readonly revision: number
}

function sinkPlaces(job: JobFile, folder: string): string[] {
  const { postgres, parquet } = job.sink
  const places: string[] = []
  if (postgres !== undefined) {
    const { table, connection } = typeof postgres === 'string' ? { table: postgres } : postgres
    places.push(`table ${table}${connection === undefined ? '' : ` at ${connection}`}`)
  }
  if (parquet !== undefined)
    places.push(`folder ${sinkFolder(folder, typeof parquet === 'string' ? parquet : parquet.path)}`)
  return places
}

function sinkFolder(folder: string, sink: string): string {
  return isS3Url(sink) ? sink.replace(/\/+$/, '') : path.resolve(folder, sink)
}

function refuseSharedSink(mine: readonly string[], theirs: readonly string[], other: string): void {
  const shared = mine.find((place) => theirs.includes(place))
  if (shared !== undefined)
    throw new NightscoreError('JOB_SINK_TAKEN', {
      found: `${shared}, which job "${other}" writes`,
      expected: 'a sink that no other job writes',
    })
}
