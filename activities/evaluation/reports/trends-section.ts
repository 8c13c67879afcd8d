import type { Report, ReportTrend } from '../../../schemas/report'
import { html, type Markup } from './html'
import { metricNote } from './metric-note'
import { numberText } from './number-text'
import { pageParts } from './page-parts'
import { shownText } from './shown-text'
import { trendChart } from './trend-chart'

const most = 12

/** How the main numbers went over the last batches. */
export function trendsSection({ trends }: Report): Markup {
  const shown = trends
    .filter(({ points }) => points.filter(({ value }) => value !== null).length > 1)
    .slice(0, most)
  if (shown.length === 0) return html``
  return html`<section>
    <h2>Over the last batches</h2>
    <p class="note">
      This batch is the last point. Limits are today’s:
      <span class="key warned" aria-hidden="true"></span>warns
      <span class="key failed" aria-hidden="true"></span>fails; a limit far from all values is left out.
    </p>
    <div class="trio">${shown.map(figure)}</div>
  </section>`
}

function figure(trend: ReportTrend): Markup {
  const { metric, column, scope, points } = trend
  const text = metricNote(metric).unit === 'share' ? numberText.share : numberText.value
  const last = points.at(-1)
  return html`<figure>
    <h3>
      ${column !== null && html`${pageParts.name(column, 40)}: `}${shownText(metric.replaceAll('_', ' '))}
      <span class="times">${text(last?.value ?? null)}</span>
    </h3>
    ${trendChart(trend)}
    <figcaption>${scope}, ${points.length} batches</figcaption>
  </figure>`
}
