import type { MetricValue } from '../../../schemas/metric'
import type { ColumnFacts, ReportColumn } from '../../../schemas/report'
import { histogramChart } from './histogram-chart'
import { html, type Markup } from './html'
import { metricsTable } from './metrics-table'
import { numberText } from './number-text'
import { pageParts } from './page-parts'

const summaries = ['q05', 'q25', 'q50', 'q75', 'q95']
const plain = new Set(['mean', 'sd', 'min', 'max', ...summaries])

/** Everything about one column: its distribution, the counts behind it, and every number. */
export function columnDetail(column: ReportColumn, referenceSampled: boolean): Markup {
  const { histogram } = column
  const numbers = column.metrics.filter(({ metric, scope }) => !(plain.has(metric) && scope === column.scope))
  return html`<div class="detail">
    <div class="pair">
      ${
        histogram !== null &&
        html`<figure>
          ${histogramChart.large(histogram, column.column)}
          <figcaption>${pageParts.legend()}; share of the rows with a value, ${binsText(column)}</figcaption>
        </figure>`
      }
      <div>
        ${factsTable(column)}${
          histogram !== null &&
          html`<details>
            <summary>Counts by bin</summary>
            ${countsTable(histogram)}
          </details>`
        }
      </div>
    </div>
    ${
      numbers.length > 0 &&
      metricsTable(numbers, {
        caption: 'Numbers, their limits and what they rest on',
        referenceSampled,
        most: 30,
      })
    }
  </div>`
}

/** Where a column's bins come from. */
export function binsText({ histogram }: ReportColumn): string {
  if (histogram === null) return 'without bins'
  if (histogram.kind === 'numeric')
    return `${histogram.reference.length} bins between the reference’s deciles`
  return 'bins are the reference’s values, OTHER its rarer ones, UNSEEN what it lacks'
}

/** Rows, missing values, and of numbers where they lie: reference and this batch. */
export function factsTable({ reference, current, metrics, scope }: ReportColumn): Markup {
  const fact = (label: string, of: (facts: ColumnFacts) => string): Markup =>
    html`<tr>
      <th scope="row">${label}</th>
      <td class="n">${reference === null ? '–' : of(reference)}</td>
      <td class="n">${current === null ? '–' : of(current)}</td>
    </tr>`
  const missing = ({ missing, rows }: ColumnFacts): string =>
    `${numberText.count(missing)}${rows > 0 ? ` (${numberText.share(missing / rows)})` : ''}`
  const numeric = (current ?? reference)?.mean !== null
  const quantile = (metric: string): MetricValue | undefined =>
    metrics.find((one) => one.metric === metric && one.scope === scope && one.segment === null)
  return html`<table>
    <thead>
      <tr>
        <th scope="col"><span aria-hidden="true"></span></th>
        <th scope="col" class="n">reference</th>
        <th scope="col" class="n">this batch</th>
      </tr>
    </thead>
    <tbody>
      ${fact('rows', ({ rows }) => numberText.count(rows))}${fact('missing', missing)}${
        numeric && [
          fact('mean', ({ mean }) => numberText.value(mean, 4)),
          fact('sd', ({ sd }) => numberText.value(sd, 4)),
          fact('smallest', ({ min }) => numberText.value(min, 4)),
          fact('largest', ({ max }) => numberText.value(max, 4)),
        ]
      }${summaries.map((metric) => {
        const found = quantile(metric)
        return (
          found !== undefined &&
          html`<tr>
            <th scope="row">${Number(metric.slice(1))} % quantile</th>
            <td class="n">–</td>
            <td class="n">${numberText.value(found.value, 4)}</td>
          </tr>`
        )
      })}
    </tbody>
  </table>`
}

function countsTable(histogram: NonNullable<ReportColumn['histogram']>): Markup {
  return html`<table>
    <thead>
      <tr>
        <th scope="col">bin</th>
        <th scope="col" class="n">reference</th>
        <th scope="col" class="n">this batch</th>
      </tr>
    </thead>
    <tbody>
      ${histogramChart.bars(histogram).map(
        ({ label, referenceRows, currentRows, reference, current }) =>
          html`<tr>
            <th scope="row">${label}</th>
            <td class="n">${numberText.count(referenceRows)} (${numberText.share(reference)})</td>
            <td class="n">${numberText.count(currentRows)} (${numberText.share(current)})</td>
          </tr>`,
      )}
    </tbody>
  </table>`
}
