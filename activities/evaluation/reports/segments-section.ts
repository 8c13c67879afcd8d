import type { MetricValue } from '../../../schemas/metric'
import type { Report, ReportSegment } from '../../../schemas/report'
import { html, type Markup } from './html'
import { metricNote } from './metric-note'
import { numberText } from './number-text'
import { pageParts } from './page-parts'
import { shownText } from './shown-text'

const most = 60
const numbersOfSegment = 3

/** Each segment against the same segment of the reference, worst first. */
export function segmentsSection({ segments }: Report): Markup {
  if (segments.length === 0) return html``
  const left = segments.length - most
  return html`<section>
    <h2>Segments</h2>
    <p class="note">
      Each compared with the same segment of the reference; under 200 rows on either side nothing is judged.
    </p>
    ${pageParts.scroll(
      'Segments, worst first',
      html`<table>
        <thead>
          <tr>
            <th scope="col">segment</th>
            <th scope="col">verdict</th>
            <th scope="col" class="n">rows</th>
            <th scope="col">worst numbers</th>
            <th scope="col">accuracy</th>
          </tr>
        </thead>
        <tbody>
          ${segments.slice(0, most).map(row)}
        </tbody>
      </table>`,
    )}${left > 0 && html`<p class="note">${numberText.count(left)} more segments, none of them worse, are in nightscore.metric_value.</p>`}
  </section>`
}

function row({ segment, rows, verdict, metrics }: ReportSegment): Markup {
  const figures = metrics.filter(({ scope }) => scope === 'accuracy')
  const others = metrics.filter(({ scope }) => scope !== 'accuracy').slice(0, numbersOfSegment)
  return html`<tr>
    <th scope="row">${pageParts.name(segment)}</th>
    <td>${pageParts.tag(verdict)}</td>
    <td class="n">${numberText.count(rows)}</td>
    <td>${list(others.map(numberOf))}</td>
    <td>${list(figures.slice(0, numbersOfSegment).map(figureOf))}</td>
  </tr>`
}

function list(parts: readonly Markup[]): Markup {
  return html`${parts.length === 0 ? '–' : parts.map((part, i) => html`${i > 0 && html`<br />`}${part}`)}`
}

function numberOf({ column, metric, value, failAt, verdict, reason }: MetricValue): Markup {
  const text = metricNote(metric).unit === 'share' ? numberText.share : numberText.value
  const of = column === null ? '' : html`${pageParts.name(column, 40)}: `
  if (value === null) return html`${of}<small>${shownText(reason ?? verdict, 100)}</small>`
  const limit = failAt === null ? '' : html` <span class="times">fails at ${text(failAt)}</span>`
  return html`${of}${shownText(metric)} ${text(value)}${limit}`
}

function figureOf({ metric, value, ciLo, ciHi }: MetricValue): Markup {
  const interval =
    ciLo === null || ciHi === null ? '' : ` (${numberText.value(ciLo)} to ${numberText.value(ciHi)})`
  return html`${shownText(metric)} ${numberText.value(value)}<span class="times">${interval}</span>`
}
