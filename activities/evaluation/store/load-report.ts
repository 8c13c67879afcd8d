import type { Pool } from 'pg'
import { NightscoreError } from '../../../schemas/errors'
import type { Report } from '../../../schemas/report'
import { findRun } from '../../runs/run-store'

/** A report as it is kept. */
export interface StoredReport {
  readonly runId: string
  /** One HTML document, see renderReport. */
  readonly page: string
  readonly document: Report
}

/**
 * The report of a run.
 * @param id run id, its beginning, or JOB/BATCH for the published run
 * @throws NightscoreError RUN_NOT_FOUND, NOT_PUBLISHED_YET, REPORT_NOT_FOUND
 */
export async function loadReport(db: Pool, id: string): Promise<StoredReport> {
  const runId = await runIdOf(db, id)
  const { rows } = await db.query<StoredReport>(
    'SELECT run_id AS "runId", html AS page, json AS document FROM nightscore.report WHERE run_id = $1',
    [runId],
  )
  if (rows[0] !== undefined) return rows[0]
  throw new NightscoreError('REPORT_NOT_FOUND', {
    found: `no report of run ${runId}`,
    expected: 'a run that was checked',
  })
}

async function runIdOf(db: Pool, id: string): Promise<string> {
  const slash = id.indexOf('/')
  if (slash < 0) return (await findRun(db, id)).runId
  const [job, batch] = [id.slice(0, slash), id.slice(slash + 1)]
  const { rows } = await db.query<{ runId: string }>(
    `SELECT run_id AS "runId" FROM nightscore.run WHERE job = $1 AND batch = $2 AND state = 'published'`,
    [job, batch],
  )
  if (rows[0] !== undefined) return rows[0].runId
  throw new NightscoreError('NOT_PUBLISHED_YET', {
    found: `no published run of job ${job}, batch ${batch}`,
    expected: 'one',
  })
}
