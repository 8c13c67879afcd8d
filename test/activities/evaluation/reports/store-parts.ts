import { randomUUID } from 'node:crypto'
import { Pool } from 'pg'
import type { ReportParts } from '../../../../activities/evaluation/reports/compose-report'
import { referenceCodec } from '../../../../activities/evaluation/profiles/reference-codec'
import { referenceProfile } from '../../../../activities/evaluation/profiles/reference-profile'
import { segmentsCodec } from '../../../../activities/evaluation/profiles/segments-codec'
import { shardCodec } from '../../../../activities/evaluation/profiles/shard-codec'
import { writeGates, writeMetrics } from '../../../../activities/evaluation/store/metrics'
import type { MetricScope } from '../../../../schemas/metric'
import { whenFileEnds } from '../../../stack/clean-up'
import { profileOf, type Columns } from './flights-night'

const later: readonly MetricScope[] = ['accuracy', 'label']

const ofShare = (ones: number): Columns =>
  new Map([
    [
      'label/label',
      {
        dictionary: ['false', 'true'],
        codes: Int32Array.from({ length: 1_000 }, (_, row) => (row < ones ? 1 : 0)),
      },
    ],
  ])
/** 20 % of the reference's labels are true, of a stored evaluation's 35 %. */
const labels = referenceProfile(ofShare(200))
const labelProfile = shardCodec.encode({ ...profileOf(ofShare(350), labels), shardNo: 0 })

/** A pool of the file's own. */
export function poolOf(databaseUrl: string): Pool {
  const pool = new Pool({ connectionString: databaseUrl, max: 4 })
  whenFileEnds(() => pool.end())
  return pool
}

/** The model and the job that stored runs are of, once a database. */
export async function storeJob(pool: Pool, { run }: ReportParts): Promise<void> {
  const [model, version] = run.model.split('@')
  const manifest = { name: model, task: run.task, features: [], output: { tensor: 'p' } }
  await pool.query('INSERT INTO nightscore.model (name, task) VALUES ($1, $2)', [model, run.task])
  await pool.query(
    `INSERT INTO nightscore.model_version (model, version, package_sha256, manifest, signature, files, runtime_version, created_by)
     VALUES ($1, $2, 'x', $3, '{}', '{}', '1', 'test')`,
    [model, version, manifest],
  )
  const definition = {
    name: run.job,
    model: run.model,
    source: { parquet: 'x.parquet' },
    key: ['id'],
    sink: { postgres: 'predictions.x' },
  }
  await pool.query(
    `INSERT INTO nightscore.job (name, revision, folder, definition, source_text, sha256, created_by)
     VALUES ($1, 1, '/', $2, '', 'x', 'test')`,
    [run.job, definition],
  )
}

/**
 * What a run that was checked leaves in the tables: the opposite of `loadReportParts`.
 * @returns the run's id
 */
export async function storeRun(
  pool: Pool,
  parts: ReportParts,
  { batch = parts.run.batch, state = 'published' }: { batch?: string; state?: string } = {},
): Promise<string> {
  const { run, speed } = parts
  const runId = randomUUID()
  const [model, version] = run.model.split('@')
  const opened = new Date(run.openedAt)
  const planned = new Date(opened.getTime() + 400)
  const referenceId = await storeReference(pool, parts)
  await pool.query(
    `INSERT INTO nightscore.run (run_id, job, job_revision, batch, revision, model, model_version, state, workflow_id, first_run_id,
       shards, rows_read, rows_scored, rows_quarantined, rows_filtered, reference_id, opened_at, planned_at, scored_at, checked_at, published_at)
     VALUES ($1, $2, 1, $3, 1, $4, $5, $6, 'w', 'r', $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
    [
      runId,
      run.job,
      batch,
      model,
      version,
      state,
      speed.shards,
      run.rows.read,
      run.rows.scored,
      run.rows.quarantined,
      run.rows.filtered,
      referenceId,
      opened,
      planned,
      new Date(planned.getTime() + 2_000),
      run.checkedAt,
      run.publishedAt,
    ],
  )
  const result = {
    quarantinedBy: run.quarantinedBy,
    timings: { ...speed.threads, inferRuns: { '0': 99, '100': 1 } },
  }
  await pool.query(
    `INSERT INTO nightscore.shard (run_id, shard_no, file, file_size_bytes, file_modified_ms, row_start, row_end, result)
     VALUES ($1, 0, 'f', 1, 1, 0, 1, $2)`,
    [runId, result],
  )
  await storeColumns(pool, runId, parts)
  await storeNumbers(pool, runId, planned, parts, (scope) => !later.includes(scope))
  if (parts.evaluation) await storeEvaluation(pool, runId, parts)
  return runId
}

async function storeReference(
  pool: Pool,
  { reference, referenceColumns, run }: ReportParts,
): Promise<string | null> {
  if (reference === null) return null
  const [model, version] = run.model.split('@')
  const source = {
    from: '2013-06-06',
    to: '2013-07-03',
    runs: Array.from({ length: 28 }, () => randomUUID()),
  }
  const { rows } = await pool.query<{ id: string }>(
    `INSERT INTO nightscore.reference_profile (identity, kind, source, model, model_version, rows, sampled, profile, segments)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING reference_id AS id`,
    [
      randomUUID(),
      reference.kind,
      source,
      model,
      version,
      reference.rows,
      reference.sampled,
      Buffer.from(referenceCodec.encode(labels)),
      Buffer.from(segmentsCodec.encode(new Map())),
    ],
  )
  for (const one of referenceColumns)
    await pool.query(
      `INSERT INTO nightscore.reference_column (reference_id, scope, column_name, kind, rows, missing, not_a_number, infinite, out_of_range, mean, sd, min, max, bins, counts)
       VALUES ($1, $2, $3, $4, $5, $6, 0, 0, 0, $7, $8, $9, $10, $11, $12)`,
      [
        rows[0]!.id,
        one.scope,
        one.column,
        one.kind,
        one.rows,
        one.missing,
        one.mean,
        one.sd,
        one.min,
        one.max,
        JSON.stringify(one.bins),
        JSON.stringify(one.counts),
      ],
    )
  return rows[0]!.id
}

async function storeColumns(pool: Pool, runId: string, { currentColumns }: ReportParts): Promise<void> {
  for (const one of currentColumns)
    await pool.query(
      `INSERT INTO nightscore.column_profile (run_id, scope, column_name, rows, missing, not_a_number, infinite, out_of_range, mean, sd, min, max, counts, unseen)
       VALUES ($1, $2, $3, $4, $5, 0, 0, 0, $6, $7, $8, $9, $10, $11)`,
      [
        runId,
        one.scope,
        one.column,
        one.rows,
        one.missing,
        one.mean,
        one.sd,
        one.min,
        one.max,
        JSON.stringify(one.counts),
        one.unseen,
      ],
    )
}

async function storeNumbers(
  pool: Pool,
  runId: string,
  asOf: Date,
  { metrics, gates }: ReportParts,
  isNow: (scope: MetricScope) => boolean,
): Promise<void> {
  const client = await pool.connect()
  const own = metrics.filter(({ scope }) => isNow(scope))
  await writeMetrics(client, runId, asOf, [...new Set(own.map(({ scope }) => scope))], own)
  await writeGates(
    client,
    runId,
    asOf,
    gates.filter(({ scope }) => isNow(scope)),
  )
  client.release()
}

/** A run's labels, evaluated. */
async function storeEvaluation(pool: Pool, runId: string, parts: ReportParts): Promise<void> {
  const evaluation = parts.evaluation!
  for (const [i, former] of evaluation.history.entries()) {
    await pool.query(
      `INSERT INTO nightscore.evaluation (run_id, as_of, version, labels_sha256, scored, labelled, received, empty, unknown, unknown_keys,
         repeated, conflicts, undecided, mature, verdict, label_profile, tables)
       VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8, $8, 0, $9, 0, $10, $11, $12, $13)`,
      [
        runId,
        former.asOf,
        i + 1,
        String(i),
        evaluation.scored,
        former.labelled,
        evaluation.received,
        evaluation.unknown,
        evaluation.conflicts,
        evaluation.mature,
        evaluation.verdict,
        Buffer.from(labelProfile),
        { calibration: evaluation.calibration, confusion: evaluation.confusion },
      ],
    )
    for (const [decile, one] of evaluation.coverage.entries())
      await pool.query(
        `INSERT INTO nightscore.label_coverage (run_id, as_of, decile, score_above, score_upto, scored, labelled, matured)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $7)`,
        [runId, former.asOf, decile + 1, one.scoreAbove, one.scoreUpto, one.scored, one.labelled],
      )
    const ofThen = parts.metrics.filter(({ scope, segment }) => scope === 'accuracy' && segment === null)
    const values =
      i === evaluation.history.length - 1
        ? parts
        : { ...parts, metrics: ofThen.map((one) => ({ ...one, value: former.metrics[one.metric] ?? null })) }
    await storeNumbers(pool, runId, new Date(former.asOf), values, (scope) => later.includes(scope))
  }
}
