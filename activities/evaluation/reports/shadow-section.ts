import type { ComparisonFigure } from '../../../schemas/comparison'
import type { Report, ReportComparison } from '../../../schemas/report'
import { html, type Markup } from './html'
import { numberText } from './number-text'
import { pageParts } from './page-parts'
import { shownText } from './shown-text'

/** The model against its shadow: both verdicts, the figures, the segments where it is worst. Empty where there is no shadow. */
export function shadowSection({ comparison, run }: Report): Markup {
  if (comparison === null) return html``
  return html`<section>
    <h2>Shadow</h2>
    ${compared(comparison, run.model)}
  </section>`
}

function compared(comparison: ReportComparison, champion: string): Markup {
  const { challenger, rowsBoth, rowsLabelled, figures, segments } = comparison
  return html`<p class="note">
      ${pageParts.name(challenger)} scored the same rows and was not published: ${numberText.count(rowsBoth)}
      rows scored by both, ${numberText.count(rowsLabelled)} with a label. Differences are its own less those
      of ${pageParts.name(champion)}. The rows that differ most are in nightscore.disagreement.
    </p>
    <dl>
      <div>
        <dt>Numerically the same</dt>
        <dd>${pageParts.tag(comparison.numeric)} ${shownText(comparison.numericReason, 400)}</dd>
      </div>
      <div>
        <dt>Not inferior</dt>
        <dd>
          ${pageParts.tag(comparison.nonInferiority)} ${shownText(comparison.nonInferiorityReason, 400)}
        </dd>
      </div>
    </dl>
    ${table('The model against its shadow', figures, nameOf)}
    ${segments.length > 0 && table('Segments, the worst first', segments, segmentOf)}`
}

function nameOf({ metric, direction, reason }: ComparisonFigure): Markup {
  return html`${shownText(metric)}${direction !== null && html` ${pageParts.name(direction)}`}${reason !== null && html`<small>${shownText(reason, 160)}</small>`}`
}

function segmentOf({ segment, metric }: ComparisonFigure): Markup {
  return html`${pageParts.name(segment ?? '')}<small>${shownText(metric)}</small>`
}

function table(
  caption: string,
  figures: readonly ComparisonFigure[],
  title: (figure: ComparisonFigure) => Markup,
): Markup {
  return pageParts.scroll(
    caption,
    html`<table>
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          <th scope="col">number</th>
          <th scope="col" class="n">champion</th>
          <th scope="col" class="n">challenger</th>
          <th scope="col" class="n">value</th>
          <th scope="col" class="n">95 % interval</th>
          <th scope="col" class="n">p</th>
          <th scope="col" class="n">n</th>
          <th scope="col">verdict</th>
        </tr>
      </thead>
      <tbody>
        ${figures.map((figure) => row(figure, title(figure)))}
      </tbody>
    </table>`,
  )
}

function row(
  { champion, challenger, value, ciLo, ciHi, pValue, n, verdict }: ComparisonFigure,
  title: Markup,
): Markup {
  return html`<tr>
    <th scope="row">${title}</th>
    <td class="n">${numberText.value(champion)}</td>
    <td class="n">${numberText.value(challenger)}</td>
    <td class="n">${numberText.value(value)}</td>
    <td class="n">
      ${ciLo === null || ciHi === null ? '–' : `${numberText.value(ciLo)} to ${numberText.value(ciHi)}`}
    </td>
    <td class="n">${numberText.probability(pValue)}</td>
    <td class="n">${numberText.count(n)}</td>
    <td>${pageParts.tag(verdict)}</td>
  </tr>`
}
