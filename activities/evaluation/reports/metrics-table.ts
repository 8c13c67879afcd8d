import type { MetricValue } from '../../../schemas/metric'
import { html, type Markup } from './html'
import { isOfDifference } from './is-of-difference'
import { metricNote } from './metric-note'
import { numberText } from './number-text'
import { pageParts } from './page-parts'
import { shownText } from './shown-text'

export interface MetricsTableOptions {
  /** What the table is, for its caption and those who cannot see it. */
  readonly caption: string
  /** Whether the reference was sampled: then what is compared with it is only as exact. */
  readonly referenceSampled: boolean
  /** Expected values by metric, shown beside the measured ones. */
  readonly estimates?: ReadonlyMap<string, number | null>
  /** Numbers at most; what is left out is told. */
  readonly most?: number
}

/** Every number with its formula, interval, limits, q value, n and how exact it is. */
export function metricsTable(
  metrics: readonly MetricValue[],
  { caption, referenceSampled, estimates, most = 60 }: MetricsTableOptions,
): Markup {
  const own = metrics.filter(({ metric }) => !metric.endsWith('_rate_difference'))
  const shown = own.slice(0, most)
  const left = own.length - shown.length
  const differenceOf = ({ metric, scope, column }: MetricValue): number | null =>
    metrics.find(
      (one) => one.metric === `${metric}_difference` && one.scope === scope && one.column === column,
    )?.value ?? null
  return pageParts.scroll(
    caption,
    html`<table>
      <caption>
        ${caption}${left > 0 && ` (${numberText.count(left)} more are in nightscore.metric_value)`}
      </caption>
      <thead>
        <tr>
          <th scope="col">number</th>
          <th scope="col" class="n">value</th>
          <th scope="col">verdict</th>
          ${estimates !== undefined && html`<th scope="col" class="n">expected</th>`}
          <th scope="col" class="n">95 % interval</th>
          <th scope="col" class="n">warns</th>
          <th scope="col" class="n">fails</th>
          <th scope="col" class="n">q</th>
          <th scope="col" class="n">n</th>
        </tr>
      </thead>
      <tbody>
        ${shown.map((metric) => row(metric, { referenceSampled, estimates, difference: differenceOf(metric) }))}
      </tbody>
    </table>`,
  )
}

interface RowContext {
  readonly referenceSampled: boolean
  readonly estimates: ReadonlyMap<string, number | null> | undefined
  /** Of a rate, to the reference's. */
  readonly difference: number | null
}

function row(metric: MetricValue, { referenceSampled, estimates, difference }: RowContext): Markup {
  const { ciLo, ciHi, nReference, nCurrent, qValue, verdict, warnAt, failAt, value, scope } = metric
  const { formula, interval, unit } = metricNote(metric.metric)
  const text = (one: number | null): string =>
    unit === 'share' ? numberText.share(one) : numberText.value(one)
  const rows =
    nReference === null
      ? numberText.count(nCurrent)
      : `${numberText.count(nReference)} → ${numberText.count(nCurrent)}`
  const skew = scope === 'skew' && ' against the model’s own reference'
  const apart =
    difference === null
      ? ''
      : `${numberText.share(difference)} off the reference’s${isOfDifference(metric) ? ', which is judged' : ''}`
  const about = [formula, apart, exactness(metric, referenceSampled)]
  const limit = (at: number | null): string => (at === null ? '–' : text(at))
  return html`<tr>
    <th scope="row">
      ${shownText(metric.metric)}${skew}<small>${about.filter((one) => one !== '').join('; ')}</small>
    </th>
    <td class="n">${text(value)}</td>
    <td>${pageParts.tag(verdict)}</td>
    ${estimates !== undefined && html`<td class="n">${text(estimates.get(metric.metric) ?? null)}</td>`}
    <td class="n">
      ${ciLo === null || ciHi === null ? '–' : html`${text(ciLo)} to ${text(ciHi)}${interval !== null && html`<small>${interval}</small>`}`}
    </td>
    <td class="n">${limit(warnAt)}</td>
    <td class="n">${limit(failAt)}</td>
    <td class="n">${numberText.probability(qValue)}</td>
    <td class="n">${rows}</td>
  </tr>`
}

/** How exact a number is: its own reason, or of all rows. */
function exactness({ reason, nReference, scope }: MetricValue, referenceSampled: boolean): string {
  if (reason !== null) return shownText(reason, 160)
  if (scope === 'accuracy') return 'all labelled rows'
  return referenceSampled && nReference !== null ? 'all rows, the reference sampled' : 'all rows'
}
