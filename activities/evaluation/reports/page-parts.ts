import type { GateAction, Verdict } from '../../../schemas/metric'
import { html, type Markup } from './html'
import { numberText } from './number-text'
import { shownText } from './shown-text'

/**
 * Small parts that sections share.
 * - `tag(verdict)`: the verdict as a word in its colour.
 * - `scale(severity, verdict)`: a bar whose middle is the fail limit: s / (1 + s), so that any severity has a place on it.
 * - `name(text)`: a name or value of the user's, safe to show. - `legend`: which bars are which.
 * - `scroll(label, table)`: a table that scrolls by itself where the page is narrow.
 */
export const pageParts = { tag, scale, name, scroll, legend }

function tag(verdict: Verdict | GateAction): Markup {
  return html`<span class="tag ${verdict}">${verdict === 'none' ? 'not judged' : verdict}</span>`
}

function scale(severity: number | null, verdict: Verdict): Markup {
  if (severity === null) return html`<span class="times">not judged</span>`
  const at = (100 * severity) / (1 + severity)
  return html`<span class="scale ${verdict}" style="--at:${at.toFixed(1)}%"><i></i></span
    ><span class="times">${numberText.times(severity)}</span>`
}

function name(text: string, most = 80): Markup {
  return html`<bdi>${shownText(text, most)}</bdi>`
}

function scroll(label: string, table: Markup): Markup {
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${label}">${table}</div>`
}

function legend(): Markup {
  return html`<span class="key" aria-hidden="true"></span>reference
    <span class="key now" aria-hidden="true"></span>this batch`
}
