import type { MetricValue } from '../../../schemas/metric'
import type { Report, ReportColumn } from '../../../schemas/report'
import { columnDetail } from './column-detail'
import { histogramChart } from './histogram-chart'
import { html, type Markup } from './html'
import { isOfDifference } from './is-of-difference'
import { metricNote } from './metric-note'
import { numberText } from './number-text'
import { pageParts } from './page-parts'
import { shownText } from './shown-text'
import { worstMetric } from './worst-metric'

/** How many columns are shown how fully; what is beyond `listed` is only counted. */
export interface ColumnLimits {
  readonly detailed: number
  readonly charted: number
  readonly listed: number
}

/** All columns, worst first, on one scale; each with its histogram and, to open, everything known about it. */
export function columnsSection({ columns, reference }: Report, limits: ColumnLimits): Markup {
  if (columns.length === 0)
    return html`<section>
      <h2>Columns</h2>
      <p class="note">No columns were profiled.</p>
    </section>`
  const sampled = reference?.sampled ?? false
  const charted = columns.slice(0, limits.charted)
  const listed = columns.slice(limits.charted, limits.listed)
  const left = columns.length - charted.length - listed.length
  return html`<section>
    <h2>Columns</h2>
    <p class="note">
      Worst first. The scale tells how many times its fail limit the worst number of a column is; the mark in
      the middle is the limit itself. A number warns or fails only where it is over its limit and chance does
      not explain it (q &lt; 0.01). ${pageParts.legend()}
    </p>
    <table class="columns">
      <thead>
        <tr>
          <th scope="col">column</th>
          <th scope="col">shares</th>
          <th scope="col">times its limit</th>
        </tr>
      </thead>
      ${charted.map((column, rank) => columnRows(column, rank < limits.detailed, sampled))}
    </table>
    ${listed.length > 0 && listTable(listed)}${left > 0 && html`<p class="note">${numberText.count(left)} more columns, none of them worse, are in nightscore.metric_value.</p>`}
  </section>`
}

function columnRows(column: ReportColumn, detailed: boolean, sampled: boolean): Markup {
  const { histogram, verdict, severity } = column
  const worst = column.metrics.find((one) => one.verdict === 'error') ?? worstMetric(column.metrics)
  return html`<tbody>
    <tr>
      <th scope="row">
        ${pageParts.name(column.column)} ${pageParts.tag(verdict)}<small>${kindText(column)}</small>
      </th>
      <td>
        ${histogram === null ? html`<small>no histogram</small>` : histogramChart.small(histogram, column.column)}
      </td>
      <td>${pageParts.scale(severity, verdict)}${worst && metricText(worst)}</td>
    </tr>
    ${
      detailed &&
      html`<tr class="more">
        <td colspan="3">
          <details>
            <summary>All about ${pageParts.name(column.column, 40)}</summary>
            ${columnDetail(column, sampled)}
          </details>
        </td>
      </tr>`
    }
  </tbody>`
}

function kindText({ scope, histogram }: ReportColumn): string {
  const kind = histogram === null ? '' : histogram.kind === 'numeric' ? ', numbers' : ', categories'
  return `${scope}${kind}`
}

function listTable(columns: readonly ReportColumn[]): Markup {
  return html`<h3>${numberText.count(columns.length)} more columns</h3>
    <table>
      <thead>
        <tr>
          <th scope="col">column</th>
          <th scope="col">verdict</th>
          <th scope="col" class="n">times its limit</th>
        </tr>
      </thead>
      <tbody>
        ${columns.map(
          ({ column, scope, verdict, severity }) =>
            html`<tr>
              <th scope="row">${pageParts.name(column)}${scope !== 'feature' && ` (${scope})`}</th>
              <td>${pageParts.tag(verdict)}</td>
              <td class="n">${numberText.times(severity)}</td>
            </tr>`,
        )}
      </tbody>
    </table>`
}

function metricText(of: MetricValue): Markup {
  const { metric, value, failAt, verdict, reason, scope } = of
  if (verdict === 'error') return html`<small>${shownText(reason ?? 'error', 160)}</small>`
  const text = metricNote(metric).unit === 'share' ? numberText.share : numberText.value
  const difference = isOfDifference(of) ? ' off the reference’s' : ''
  const limit = failAt === null ? '' : `, fails above ${text(failAt)}${difference}`
  const subject = scope === 'skew' ? `skew: ${metric}` : metric
  return html`<span class="times">: ${shownText(subject)} ${text(value)}${limit}</span>`
}
