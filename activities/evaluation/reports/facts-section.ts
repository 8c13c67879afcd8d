import type { Report, ReportGolden } from '../../../schemas/report'
import { html, type Markup } from './html'
import { numberText } from './number-text'
import { pageParts } from './page-parts'
import { shownText } from './shown-text'

const reasonsAtMost = 12

/** What was run, on what, compared with what. */
export function factsSection({ run, reference, speed }: Report): Markup {
  const { rows } = run
  const fact = (name: string, value: Markup | string): Markup =>
    html`<div>
      <dt>${name}</dt>
      <dd>${value}</dd>
    </div>`
  const reasons = Object.entries(run.quarantinedBy).sort(([, a], [, b]) => b - a)
  return html`<section>
    <h2>Run</h2>
    <dl>
      ${[
        fact('Model', html`${pageParts.name(run.model)} (${run.task})`),
        ...(run.golden === null ? [] : [fact('Golden rows', goldenText(run.golden))]),
        ...(run.shadow === null ? [] : [fact('Shadow', shadowText(run.shadow))]),
        fact(
          'Rows',
          html`${numberText.count(rows.read)} read = ${numberText.count(rows.scored)} scored +
          ${numberText.count(rows.quarantined)} quarantined + ${numberText.count(rows.filtered)} filtered`,
        ),
        fact(
          'Compared with',
          reference === null
            ? 'nothing yet'
            : html`${pageParts.name(reference.label, 200)}: ${numberText.count(reference.rows)}
              rows${reference.sampled && ', sampled'}`,
        ),
        fact('State', run.state),
        ...(run.hold === null ? [] : [fact('Held', holdText(run.hold))]),
        fact('Opened', time(run.openedAt)),
        fact('Published', run.publishedAt === null ? 'not published' : time(run.publishedAt)),
        fact('Speed', `${numberText.count(speed.rowsPerSecond)} rows/s`),
        fact('Run id', html`<small>${run.runId}</small>`),
      ]}${
        reasons.length > 0 &&
        fact(
          'Quarantined, by reason',
          html`${reasons.slice(0, reasonsAtMost).map(([reason, count]) => html`${shownText(reason)} ${numberText.count(count)}<br />`)}${reasons.length > reasonsAtMost && `and ${reasons.length - reasonsAtMost} more`}`,
        )
      }
    </dl>
  </section>`
}

function holdText({
  why,
  until,
  decision,
  decidedBy,
  decisionWhy,
}: NonNullable<Report['run']['hold']>): string {
  return shownText(
    decision === null
      ? `${why}; to be decided by ${time(new Date(until).toISOString())}`
      : `${why}; ${decision} by ${decidedBy}: ${decisionWhy}`,
  )
}

function shadowText({ model, error }: NonNullable<Report['run']['shadow']>): Markup {
  return error === null
    ? html`${pageParts.name(model ?? '')}, in the same pass`
    : html`not scored: ${shownText(error)}`
}

function goldenText({ rows, agreeingRows, runtimeVersion, machine, checkedAt }: ReportGolden): string {
  return shownText(
    `${numberText.count(agreeingRows)} of ${numberText.count(rows)} agree under ONNX Runtime ${runtimeVersion} on ${machine}, checked on ${checkedAt.slice(0, 10)}`,
    200,
  )
}

function time(iso: string): string {
  return shownText(iso.replace('T', ' ').replace(/\.\d+Z$/, ' UTC'))
}
