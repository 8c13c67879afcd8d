import type { Finding, Report } from '../../../schemas/report'
import { driftSentence } from './headline-of'
import { html, type Markup } from './html'
import { numberText } from './number-text'
import { pageParts } from './page-parts'
import { shownText } from './shown-text'

const open = 12

/** First of all: may these predictions be trusted, and if not, why. */
export function verdictSection({ run, verdict, headline, findings, quality }: Report): Markup {
  const drift = driftSentence(quality)
  const rest = findings.slice(open)
  return html`<header>
    <p class="kicker">
      ${shownText(run.job)} · batch ${pageParts.name(run.batch)} · revision ${run.revision}
    </p>
    <h1>${pageParts.tag(verdict)} ${sentenceText(headline)}</h1>
    ${drift !== null && html`<p>${sentenceText(drift)}</p>`}
    ${
      findings.length > 1 &&
      html`<h2>Findings</h2>
        <p class="note">
          What warns, holds or fails, worst first, causes before what they move; beside it, how many times its
          fail limit the number is.
        </p>
        ${list(findings.slice(0, open))}`
    }${
      rest.length > 0 &&
      html`<details>
        <summary>${rest.length} more findings</summary>
        ${list(rest)}
      </details>`
    }
  </header>`
}

function list(findings: readonly Finding[]): Markup {
  return html`<ol class="findings">
    ${findings.map(
      ({ verdict, sentence, severity }) =>
        html`<li>
          ${pageParts.tag(verdict)}<span>${sentenceText(sentence)}</span
          ><span class="times">${numberText.times(severity)}</span>
        </li>`,
    )}
  </ol>`
}

/** A page has arrows; what is also printed on terminals has none. */
function sentenceText(sentence: string): string {
  return shownText(sentence, 600).replaceAll(' -> ', ' → ')
}
