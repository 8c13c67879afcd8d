import { html, Markup } from '../../activities/evaluation/reports/html'
import { pageParts } from '../../activities/evaluation/reports/page-parts'
import { pageStyle } from '../../activities/evaluation/reports/page-style'
import { shownText } from '../../activities/evaluation/reports/shown-text'
import type { GateAction } from '../../schemas/metric'
import type { RunState } from '../../schemas/run'

/** The newest run of a batch, as the list of batches shows it. */
export interface ListedBatch {
  readonly runId: string
  readonly job: string
  readonly batch: string
  readonly revision: number
  readonly model: string
  readonly state: RunState
  readonly verdict: GateAction | null
  /** The report's first line; null: there is no report. */
  readonly headline: string | null
  readonly rowsScored: number | null
  readonly errorCode: string | null
}

/** The first page of the service: the newest batches of all jobs or of one, each with its verdict and a link to its report. */
export function batchesPage(batches: readonly ListedBatch[], job: string | null): string {
  const { text } = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        <link rel="icon" href="data:," />
        <title>Nightscore${job !== null && ` · ${shownText(job)}`}</title>
        <style>
          ${new Markup(`${pageStyle}td,th{white-space:nowrap}td.said{white-space:normal;min-width:240px}a{color:var(--current)}`)}
        </style>
      </head>
      <body>
        <main>
          <p class="kicker">Nightscore${job !== null && html` · <a href="/">all jobs</a>`}</p>
          <h1>${job === null ? 'Newest batches' : shownText(job)}</h1>
          ${batches.length === 0 ? html`<p>No runs yet. Start one: <code>nightscore run JOB --batch KEY</code>.</p>` : table(batches)}
        </main>
      </body>
    </html> `
  return text
}

function table(batches: readonly ListedBatch[]): Markup {
  return html`<div class="scroll" tabindex="0">
    <table>
      <thead>
        <tr>
          <th>Job</th>
          <th>Batch</th>
          <th>State</th>
          <th>Verdict</th>
          <th>What the report says</th>
          <th>Model</th>
          <th class="n">Scored</th>
        </tr>
      </thead>
      <tbody>
        ${batches.map(row)}
      </tbody>
    </table>
  </div>`
}

function row(one: ListedBatch): Markup {
  const { runId, job, batch, revision, model, state, verdict, headline, rowsScored, errorCode } = one
  const said =
    headline === null
      ? (errorCode ?? 'no report yet')
      : html`<a href="/reports/${runId}">${shownText(headline, 200)}</a>`
  return html`<tr>
    <td><a href="/?job=${encodeURIComponent(job)}">${shownText(job)}</a></td>
    <td>${shownText(batch)}<small>revision ${revision}</small></td>
    <td>${state}</td>
    <td>${verdict === null ? '' : pageParts.tag(verdict)}</td>
    <td class="said">${said}</td>
    <td>${shownText(model)}</td>
    <td class="n">${rowsScored === null ? '' : rowsScored.toLocaleString('en-US')}</td>
  </tr>`
}
