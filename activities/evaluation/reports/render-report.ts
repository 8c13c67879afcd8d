import type { Report } from '../../../schemas/report'
import { accuracySection } from './accuracy-section'
import { columnsSection, type ColumnLimits } from './columns-section'
import { factsSection } from './facts-section'
import { gatesSection } from './gates-section'
import { html, Markup } from './html'
import { pageStyle } from './page-style'
import { predictionsSection } from './predictions-section'
import { qualitySection } from './quality-section'
import { segmentsSection } from './segments-section'
import { shadowSection } from './shadow-section'
import { shownText } from './shown-text'
import { speedSection } from './speed-section'
import { trendsSection } from './trends-section'
import { verdictSection } from './verdict-section'

/** Under 1 MB, which the table holds at most. */
const bytesAtMost = 1_000_000

/** Columns shown in full, with a small chart, and in a line: the first that fits. */
const columnLimits: readonly [ColumnLimits, ...ColumnLimits[]] = [
  { detailed: 50, charted: 100, listed: 1_000 },
  { detailed: 25, charted: 100, listed: 500 },
  { detailed: 10, charted: 50, listed: 200 },
  { detailed: 0, charted: 20, listed: 100 },
]

/** Even a page that slipped something in could load and run nothing. */
const policy =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"

/**
 * The page of a report: one HTML document under 1 MB without script, that asks the network for nothing. The same report gives
 * the same bytes. What columns, values and batches are called is escaped, and shortened where it is long.
 */
export function renderReport(report: Report): string {
  const before = html`${verdictSection(report)}${factsSection(report)}`
  const after = html`${predictionsSection(report)}${trendsSection(report)}${segmentsSection(report)}${accuracySection(report)}${gatesSection(report)}${shadowSection(report)}${qualitySection(report)}${speedSection(report)}`
  const [first, ...others] = columnLimits
  let page = pageOf(report, html`${before}${columnsSection(report, first)}${after}`)
  for (const limits of others) {
    if (Buffer.byteLength(page) < bytesAtMost) break
    page = pageOf(report, html`${before}${columnsSection(report, limits)}${after}`)
  }
  return page
}

function pageOf({ run, verdict, specVersion }: Report, content: Markup): string {
  const { text } = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <link rel="icon" href="data:," />
        <title>${verdict}: ${shownText(run.job)} ${shownText(run.batch)}</title>
        <style>
          ${new Markup(pageStyle)}
        </style>
      </head>
      <body>
        <main>
          ${content}
          <footer>
            Nightscore, metrics version ${specVersion}. Every number is in nightscore.metric_value;
            docs/metrics.md tells what each means.
          </footer>
        </main>
      </body>
    </html> `
  return text
}
