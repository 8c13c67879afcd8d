import type { GateResult } from '../../../schemas/metric'
import type { Report } from '../../../schemas/report'
import { html, type Markup } from './html'
import { numberText } from './number-text'
import { pageParts } from './page-parts'
import { shownText } from './shown-text'

const most = 40

/** What each gate of the job said. */
export function gatesSection({ gates }: Report): Markup {
  if (gates.length === 0) return html``
  const passed = gates.filter(({ action }) => action === 'ok').length
  const left = gates.length - most
  return html`<section>
    <h2>Gates</h2>
    <p class="note">
      ${numberText.count(passed)} of ${numberText.count(gates.length)} numbers passed. A gate stands in the
      job file, in this order; of a rate its difference to the reference is compared.
    </p>
    ${pageParts.scroll(
      'What the gates said',
      html`<table>
        <thead>
          <tr>
            <th scope="col">gate</th>
            <th scope="col">said</th>
            <th scope="col">of</th>
            <th scope="col">number</th>
            <th scope="col" class="n">value</th>
            <th scope="col" class="n">limit</th>
          </tr>
        </thead>
        <tbody>
          ${gates.slice(0, most).map(row)}
        </tbody>
      </table>`,
    )}${left > 0 && html`<p class="note">${numberText.count(left)} more are in nightscore.gate_result.</p>`}
  </section>`
}

function row({ gateNo, action, scope, column, segment, metric, value, limitAt, reason }: GateResult): Markup {
  return html`<tr>
    <td>${gateNo}</td>
    <td>${pageParts.tag(action)}</td>
    <td>
      ${column === null ? scope : pageParts.name(column)}${segment !== null && html`<small>${pageParts.name(segment)}</small>`}
    </td>
    <td>${shownText(metric)}${reason !== null && html`<small>${shownText(reason, 160)}</small>`}</td>
    <td class="n">${numberText.value(value)}</td>
    <td class="n">${numberText.value(limitAt)}</td>
  </tr>`
}
