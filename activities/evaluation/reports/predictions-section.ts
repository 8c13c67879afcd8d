import type { Report } from '../../../schemas/report'
import { binsText, factsTable } from './column-detail'
import { histogramChart } from './histogram-chart'
import { html, type Markup } from './html'
import { pageParts } from './page-parts'

const most = 4
const size = { width: 460, height: 280 }

/** What the model answered, larger than the other columns. */
export function predictionsSection({ columns }: Report): Markup {
  const shown = columns
    .filter(({ scope, histogram }) => scope === 'prediction' && histogram !== null)
    .slice(0, most)
  if (shown.length === 0) return html``
  return html`<section>
    <h2>Predictions</h2>
    ${shown.map(
      (column) =>
        html`<h3>${pageParts.name(column.column)} ${pageParts.tag(column.verdict)}</h3>
          <div class="pair">
            <figure>
              ${histogramChart.large(column.histogram!, column.column, size)}
              <figcaption>${pageParts.legend()}; share of the rows, ${binsText(column)}</figcaption>
            </figure>
            <div>${factsTable(column)}</div>
          </div>`,
    )}
  </section>`
}
