import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Pool } from 'pg'
import type { EvaluationSummary, RunSummary } from '../../schemas/run'
import type { CliIo } from './cli-io'
import { followEvaluation } from './follow-evaluation'
import { followRun } from './follow-run'
import { tell } from './output'
import { resultOrDetached } from './result-or-detached'
import type { Session } from './session'
import { startRun } from './start-run'
import { textTable } from './text-table'

const job = 'flights-late'
const days = (month: string, from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, i) => `2013-${month}-${String(from + i).padStart(2, '0')}`)

/** What the nights of July are compared with: enough of them for thresholds from the job's own nights. */
export const formerNights = days('06', 1, 30)
export const demoNights = days('07', 4, 10)

/** Scores the nights of June that are not published yet, one after the other: each is compared with those before it. */
export async function backfillJune(io: CliIo, session: Session, interrupted: AbortSignal): Promise<boolean> {
  const published = await publishedNights(session.connections.control)
  const missing = formerNights.filter((batch) => !published.has(batch))
  if (missing.length === 0) tell(io, 'June: its 30 nights are published already.')
  for (const [i, batch] of missing.entries()) {
    if (interrupted.aborted) return false
    const summary = await resultOrDetached(io, await startRun(session, { job, batch }))
    if (summary === undefined) return false
    if ((i + 1) % 5 === 0 || i + 1 === missing.length)
      tell(io, `June, to have nights to compare with: ${i + 1} of ${missing.length} scored.`)
  }
  return !interrupted.aborted
}

async function publishedNights(pool: Pool): Promise<Set<string>> {
  const { rows } = await pool.query<{ batch: string }>(
    `SELECT batch FROM nightscore.run WHERE job = $1 AND state = 'published'`,
    [job],
  )
  return new Set(rows.map(({ batch }) => batch))
}

/** Scores the nights of July. @returns undefined where Ctrl-C came in between */
export async function scoreJuly(
  io: CliIo,
  session: Session,
  interrupted: AbortSignal,
): Promise<RunSummary[] | undefined> {
  const runs: RunSummary[] = []
  for (const batch of demoNights) {
    if (interrupted.aborted) return undefined
    const handle = await startRun(session, { job, batch })
    const summary = await followRun(io, session, handle, `Night of ${batch}`)
    if (summary === undefined) return undefined
    runs.push(summary)
  }
  return runs
}

/** Labels arrive: evaluates all nights, in their order. @returns the evaluations of July; undefined after Ctrl-C */
export async function evaluateNights(
  io: CliIo,
  session: Session,
  interrupted: AbortSignal,
): Promise<EvaluationSummary[] | undefined> {
  const evaluations: EvaluationSummary[] = []
  const nights = [...formerNights, ...demoNights]
  for (const [i, batch] of nights.entries()) {
    if (interrupted.aborted) return undefined
    const summary = await followEvaluation(io, session, { job, batch })
    if (summary === undefined) return undefined
    if (demoNights.includes(batch)) evaluations.push(summary)
    if ((i + 1) % 10 === 0 || i + 1 === nights.length)
      tell(io, `Labels arrived: ${i + 1} of ${nights.length} nights evaluated.`)
  }
  return evaluations
}

/** Saves each night's report as <folder>/<batch>.html. @returns the paths */
export async function saveReports(
  pool: Pool,
  folder: string,
  runs: readonly RunSummary[],
): Promise<string[]> {
  await mkdir(folder, { recursive: true })
  return Promise.all(
    runs.map(async ({ runId, batch }) => {
      const { rows } = await pool.query<{ html: string }>(
        'SELECT html FROM nightscore.report WHERE run_id = $1',
        [runId],
      )
      const file = path.join(folder, `${batch}.html`)
      await writeFile(file, rows[0]?.html ?? '')
      return file
    }),
  )
}

/** The nights before labels came and after. */
export function nightTable(runs: readonly RunSummary[], evaluations: readonly EvaluationSummary[]): string[] {
  const figure = (value: number | null | undefined): string => value?.toFixed(3) ?? '-'
  return textTable(
    [
      { title: 'NIGHT' },
      { title: 'SCORED', align: 'right' },
      { title: 'READ/S', align: 'right' },
      { title: 'BEFORE LABELS' },
      { title: 'LABELLED', align: 'right' },
      { title: 'LATE', align: 'right' },
      { title: 'AUC', align: 'right' },
      { title: 'LOG LOSS', align: 'right' },
      { title: 'WITH LABELS' },
    ],
    runs.map(({ batch, rows, rowsPerSecond, verdict }, i) => {
      const evaluation = evaluations[i]
      return [
        batch,
        String(rows.scored),
        rowsPerSecond.toLocaleString('en-US'),
        verdict ?? '-',
        String(evaluation?.labelled ?? '-'),
        figure(evaluation?.metrics['positive_rate']),
        figure(evaluation?.metrics['roc_auc']),
        figure(evaluation?.metrics['log_loss']),
        evaluation?.verdict ?? '-',
      ]
    }),
  )
}
