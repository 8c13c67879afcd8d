import type { Report, ReportAccuracy } from '../../../schemas/report'
import { calibrationChart } from './calibration-chart'
import { coverageChart } from './coverage-chart'
import { html, type Markup } from './html'
import { metricsTable } from './metrics-table'
import { numberText } from './number-text'
import { pageParts } from './page-parts'
import { shownText } from './shown-text'

const classesAtMost = 12
const versionsAtMost = 20

/** How good the predictions were, as far as labels have come; before that, what is expected. */
export function accuracySection({ accuracy, estimates, reference, run }: Report): Markup {
  const sampled = reference?.sampled ?? false
  if (accuracy === null && estimates.length === 0)
    return html`<section>
      <h2>Accuracy</h2>
      <p class="note">No labels yet.</p>
    </section>`
  if (accuracy === null)
    return html`<section>
      <h2>Accuracy, expected</h2>
      <p class="note">
        No labels yet: estimated from calibrated scores (CBPE), which holds as long as the reference’s
        calibration does.
      </p>
      ${metricsTable(estimates, { caption: 'Expected before labels come', referenceSampled: sampled })}
    </section>`
  const { metrics, calibration, confusion, coverage } = accuracy
  const estimated = new Map(estimates.map(({ metric, value }) => [metric, value]))
  const caption = `Version ${accuracy.version}, as of ${shownText(accuracy.asOf.slice(0, 19).replace('T', ' '))} UTC`
  return html`<section>
    <h2>Accuracy ${pageParts.tag(accuracy.verdict)}</h2>
    <p class="note">${labelsText(accuracy)}</p>
    ${metricsTable(metrics, { caption, referenceSampled: false, ...(estimates.length > 0 && { estimates: estimated }) })}
    <div class="pair">
      ${calibration.length > 0 && figure('Calibration', calibrationChart(calibration), `Share of ${run.task === 'multiclass' ? 'right top classes' : 'ones'} by mean score, with Wilson intervals; on the dashed line a score is a probability. 10 bins of equal width.`)}${confusion !== null && confusionFigure(confusion)}${coverage.length > 0 && figure('Labels by score', coverageChart(coverage), 'Share of the scored rows with a label, by decile of the score: where it is uneven, the labelled rows are not like the others.')}
    </div>
    ${history(accuracy)}
  </section>`
}

function figure(title: string, drawing: Markup, caption: string): Markup {
  return html`<figure>
    <h3>${title}</h3>
    ${drawing}
    <figcaption>${caption}</figcaption>
  </figure>`
}

function labelsText({ scored, labelled, received, unknown, conflicts, mature }: ReportAccuracy): string {
  const count = numberText.count
  return `${count(labelled)} of ${count(scored)} scored rows have labels (${numberText.share(scored === 0 ? null : labelled / scored)})${mature ? '' : '; more are due'}. ${count(received)} label rows received, ${count(unknown)} for rows that were not scored, ${count(conflicts)} keys with labels that differ (the latest counts).`
}

function confusionFigure({ labels, rows }: NonNullable<ReportAccuracy['confusion']>): Markup {
  const left = labels.length - classesAtMost
  const shown = labels.slice(0, classesAtMost)
  const cell = (counts: readonly number[], j: number): Markup => {
    const total = counts.reduce((sum, one) => sum + one, 0)
    const share = total === 0 ? 0 : (counts[j] ?? 0) / total
    return html`<td style="--at:${(share * 45).toFixed(0)}%">
      ${numberText.count(counts[j] ?? 0)}<small>${numberText.share(share)}</small>
    </td>`
  }
  return html`<figure>
    <h3>Confusion</h3>
    ${pageParts.scroll(
      'Confusion',
      html`<table class="confusion" style="min-width:0">
        <thead>
          <tr>
            <th scope="col">label</th>
            ${shown.map((label) => html`<th scope="col" class="n">said ${pageParts.name(label, 24)}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.slice(0, classesAtMost).map(
            (counts, i) =>
              html`<tr>
                <th scope="row">${pageParts.name(labels[i] ?? '', 24)}</th>
                ${shown.map((_, j) => cell(counts, j))}
              </tr>`,
          )}
        </tbody>
      </table>`,
    )}
    <figcaption>
      Rows by label and prediction; shares are of the rows with that
      label.${left > 0 && ` ${left} more classes are left out.`}
    </figcaption>
  </figure>`
}

function history({ history }: ReportAccuracy): Markup {
  if (history.length < 2) return html``
  const names = [...new Set(history.flatMap(({ metrics }) => Object.keys(metrics)))].slice(0, 6)
  return html`<h3>As labels came</h3>
    ${pageParts.scroll(
      'As labels came',
      html`<table>
        <thead>
          <tr>
            <th scope="col">as of</th>
            <th scope="col" class="n">labelled</th>
            ${names.map((name) => html`<th scope="col" class="n">${shownText(name)}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${history.slice(-versionsAtMost).map(
            ({ asOf, labelled, metrics }) =>
              html`<tr>
                <th scope="row">${shownText(asOf.slice(0, 19).replace('T', ' '))}</th>
                <td class="n">${numberText.count(labelled)}</td>
                ${names.map((name) => html`<td class="n">${numberText.value(metrics[name] ?? null)}</td>`)}
              </tr>`,
          )}
        </tbody>
      </table>`,
    )}`
}
