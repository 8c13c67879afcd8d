import type { GateAction } from '../../schemas/metric'
import { jsonText } from '../data/postgres/json-text'
import type { Deps } from '../deps'
import { composeReport } from '../evaluation/reports/compose-report'
import { renderReport } from '../evaluation/reports/render-report'
import { loadReportParts } from '../evaluation/store/report-parts'

/** What a report comes to. */
export interface ReportSummary {
  readonly runId: string
  readonly verdict: GateAction
  readonly headline: string
  /** Where to read it: a URL, or without NIGHTSCORE_SERVICE_URL the command that shows it. */
  readonly report: string
}

/**
 * Makes a run's report from what is known of it now, and keeps it in nightscore.report; one that was there is replaced. It sets
 * nothing else.
 * @throws NightscoreError RUN_NOT_FOUND
 */
export async function reportRun(
  { connections, serviceUrl }: Pick<Deps, 'connections' | 'serviceUrl'>,
  runId: string,
): Promise<ReportSummary> {
  const { control } = connections
  const parts = await loadReportParts(control, runId)
  const composed = composeReport(parts)
  const { verdict, headline, accuracy, run } = composed
  const asOf = accuracy?.asOf ?? run.checkedAt ?? run.openedAt
  await control.query(
    `INSERT INTO nightscore.report (run_id, as_of, verdict, headline, html, json) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (run_id) DO UPDATE SET as_of = excluded.as_of, verdict = excluded.verdict, headline = excluded.headline,
       html = excluded.html, json = excluded.json, created_at = now()`,
    [runId, asOf, verdict, headline, renderReport(composed), jsonText(composed)],
  )
  const report = serviceUrl === undefined ? `nightscore report ${runId}` : `${serviceUrl}/reports/${runId}`
  return { runId, verdict, headline, report }
}
