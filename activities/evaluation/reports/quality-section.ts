import type { Report } from '../../../schemas/report'
import { html, type Markup } from './html'
import { metricsTable } from './metrics-table'

/** Numbers of the batch as a whole. */
export function qualitySection({ quality, reference }: Report): Markup {
  if (quality.length === 0) return html``
  return html`<section>
    <h2>The batch as a whole</h2>
    ${metricsTable(quality, { caption: 'Rows, schema, age, and how much drifted', referenceSampled: reference?.sampled ?? false })}
  </section>`
}
