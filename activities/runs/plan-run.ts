import { randomUUID } from 'node:crypto'
import { realpath, rm } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { NightscoreError } from '../../schemas/errors'
import { planShards, type ShardSlice } from '../../workflows/plan/plan-shards'
import { shardRows } from '../../workflows/plan/shard-rows'
import type { Heartbeat } from '../heartbeat'
import { inTransaction } from '../data/postgres/in-transaction'
import { planSource } from '../data/plan-source'
import { isS3Url } from '../data/s3/s3-url'
import type { PlannedSource, SourceFile } from '../data/source'
import { keepFile } from '../data/store/keep-file'
import { storePath } from '../data/store/store-path'
import type { Deps } from '../deps'
import { freezeReference } from '../evaluation/references/freeze-reference'
import { giveUpShadow } from './give-up-shadow'
import { loadRunContext, withSink, type RunContext } from './run-context'
import { loadRun } from './run-store'

export interface RunPlan {
  readonly shards: number
  readonly inFlight: number
}

/**
 * Lists or stages the source and writes the shard manifest, before anything is scored. A run that has its manifest
 * (a retry, a resumed run) keeps it.
 * @throws NightscoreError SOURCE_*, EXPRESSION_*, COLUMN_*, PATH_OUTSIDE_ROOTS, SHADOW_INVALID, SINK_INVALID, RUN_STATE
 */
export async function planRun(deps: Deps, runId: string, heartbeat: Heartbeat): Promise<RunPlan> {
  const { control } = deps.connections
  const context = await loadRunContext(deps, runId)
  const { run, job } = context
  if (run.plan !== null) {
    await withSink(deps, context).sink.reopen()
    await enterScoring(deps, runId)
    return { shards: run.shards ?? 0, inFlight: job.shards.inFlight }
  }
  await control.query(
    `UPDATE nightscore.run SET state = 'planning' WHERE run_id = $1 AND state = 'opening'`,
    [runId],
  )
  if (!isS3Url(deps.storeFolder)) return planAnew(deps, context, heartbeat)
  // until it is uploaded it is on this machine alone, and retention does not know of it
  const stagingFolder = join(context.stagingFolder, randomUUID())
  try {
    return await planAnew(deps, { ...context, stagingFolder }, heartbeat)
  } finally {
    await rm(stagingFolder, { recursive: true, force: true })
  }
}

async function planAnew(deps: Deps, context: RunContext, heartbeat: Heartbeat): Promise<RunPlan> {
  const { run, job } = context
  const { runId } = run
  const planned = await planSource(deps.connections)(
    {
      job,
      batch: run.batch,
      roots: context.roots,
      stagingFolder: context.stagingFolder,
      onProgress: (rows) => heartbeat.detail({ rows }),
      signal: heartbeat.signal,
    },
    context.manifest,
    context.signature,
    context.shadow,
  )
  if (planned.shadowError) await giveUpShadow(deps, run, planned.shadowError)
  const slices = planShards(
    planned.files.map((file) => file.rowGroups),
    shardRows(job.shards.rows, planned.rowBytes),
  )
  refuseTooFewRows(context, slices)
  const { sink } = withSink(deps, context, planned.scan)
  const revision = await sink.latestRevision()
  if (revision >= run.revision) await renumber(deps, context, revision + 1)
  await withSink(deps, await loadRunContext(deps, runId), planned.scan).sink.prepare()
  await freezeReference(deps, { ...context, run: await loadRun(deps.connections.control, runId) })
  const files = await keepStaged(deps, context, planned.files, heartbeat)
  const shards = await writeManifest(deps, runId, { ...planned, files }, slices)
  return { shards, inFlight: job.shards.inFlight }
}

function refuseTooFewRows({ job, run }: RunContext, slices: readonly ShardSlice[]): void {
  const rows = slices.reduce((sum, slice) => sum + slice.rowEnd - slice.rowStart, 0)
  if (rows < job.quality.minRows)
    throw new NightscoreError('SOURCE_ROWS_TOO_FEW', {
      found: `${rows} rows in the source of batch ${run.batch}`,
      expected: `at least ${job.quality.minRows} (quality.minRows)`,
    })
}

/** A sink filled from another control database can hold higher revisions of the batch than this one knows. */
async function renumber(deps: Deps, { run }: RunContext, revision: number): Promise<void> {
  await deps.connections.control.query('UPDATE nightscore.run SET revision = $2 WHERE run_id = $1', [
    run.runId,
    revision,
  ])
}

/** What was staged is where all workers find it. */
async function keepStaged(
  { storeFolder }: Deps,
  { run, stagingFolder }: RunContext,
  files: readonly SourceFile[],
  heartbeat: Heartbeat,
): Promise<SourceFile[]> {
  const kept: SourceFile[] = []
  for (const file of files) {
    const { path: staged, sha256 } = file
    if (sha256 === null || !isS3Url(storeFolder)) kept.push(file)
    else {
      const place = storePath(
        storeFolder,
        'staged',
        run.runId,
        ...relative(await realpath(stagingFolder), staged).split(sep),
      )
      await keepFile({ path: staged, sha256 }, place, heartbeat.signal)
      kept.push({ ...file, path: place })
    }
  }
  return kept
}

/**
 * The first attempt's manifest is the run's, whole: one that Temporal holds for dead may be alive, and have found other rows.
 * @returns its shards
 */
async function writeManifest(
  deps: Deps,
  runId: string,
  { files, scan, rows: rowsPlanned }: PlannedSource,
  slices: readonly ShardSlice[],
): Promise<number> {
  const rows = slices.map(({ file, rowStart, rowEnd }, shardNo) => {
    const source = files[file]
    if (!source) throw new Error(`shard ${shardNo} of a file that is not in the plan`)
    const { path, sizeBytes, modifiedMs, sha256, etag = null } = source
    return { shardNo, path, sizeBytes, modifiedMs, sha256, etag, rowStart, rowEnd }
  })
  const isFirst = await inTransaction(deps.connections.control, async (client) => {
    const { rowCount } = await client.query(
      'UPDATE nightscore.run SET plan = $2, shards = $3, rows_planned = $4, planned_at = now() WHERE run_id = $1 AND plan IS NULL',
      [runId, scan, slices.length, rowsPlanned],
    )
    if (rowCount === 0) return false
    await client.query(
      `INSERT INTO nightscore.shard (run_id, shard_no, file, file_size_bytes, file_modified_ms, file_sha256, file_etag, row_start, row_end)
       SELECT $1, "shardNo", path, "sizeBytes", "modifiedMs", sha256, etag, "rowStart", "rowEnd"
       FROM jsonb_to_recordset($2::jsonb) AS r("shardNo" int, path text, "sizeBytes" bigint, "modifiedMs" bigint, sha256 text, etag text, "rowStart" bigint, "rowEnd" bigint)`,
      [runId, JSON.stringify(rows)],
    )
    return true
  })
  await enterScoring(deps, runId)
  return isFirst ? slices.length : ((await loadRun(deps.connections.control, runId)).shards ?? 0)
}

async function enterScoring(deps: Deps, runId: string): Promise<void> {
  const { rowCount } = await deps.connections.control.query(
    `UPDATE nightscore.run SET state = 'scoring' WHERE run_id = $1 AND state IN ('opening', 'planning', 'scoring')`,
    [runId],
  )
  if (rowCount === 0)
    throw new NightscoreError('RUN_STATE', {
      found: `run ${runId} ended while it was planned`,
      expected: 'a run that is being planned',
    })
}
