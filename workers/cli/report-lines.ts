import type { MetricValue } from '../../schemas/metric'
import type { Report } from '../../schemas/report'
import { count } from './output'
import { textTable } from './text-table'
import { shortId } from './commands/run-batch'

const findingsAtMost = 20
const mainFigures = ['roc_auc', 'accuracy', 'log_loss', 'mae', 'rmse', 'r2']

/** A report for a terminal: verdict and findings, main figures, and how to save the page where it was not. */
export function reportLines(report: Report, { saved }: { readonly saved: boolean }): string[] {
  const { run, verdict, headline, findings, reference, speed } = report
  const { rows } = run
  const left = findings.length - findingsAtMost
  const shown = findings.slice(0, findingsAtMost)
  return [
    `${verdict.toUpperCase()}: ${headline}`,
    '',
    ...(findings.length > 1
      ? [
          ...textTable(
            [{ title: 'VERDICT' }, { title: 'TIMES ITS LIMIT', align: 'right' }, { title: 'FINDING' }],
            shown.map((one) => [one.verdict, one.severity.toFixed(1), one.sentence]),
          ),
          ...(left > 0 ? [`and ${left} more`] : []),
          '',
        ]
      : []),
    `run         ${run.runId}`,
    `batch       ${run.job} ${run.batch}, revision ${run.revision}, ${run.state}`,
    `model       ${run.model}`,
    `rows        ${count(rows.read)} read = ${count(rows.scored)} scored + ${count(rows.quarantined)} quarantined + ${count(rows.filtered)} filtered`,
    `compared    ${reference === null ? 'with nothing yet' : `with ${reference.label} (${count(reference.rows)} rows${reference.sampled ? ', sampled' : ''})`}`,
    `accuracy    ${accuracyText(report)}`,
    `speed       ${count(speed.rowsPerSecond)} rows/s, ${speed.shards} shards`,
    ...(saved ? [] : ['', `The whole page: nightscore report ${shortId(run.runId)} --html report.html`]),
  ]
}

function accuracyText({ accuracy, estimates }: Report): string {
  if (accuracy !== null)
    return `${figures(accuracy.metrics)} (${count(accuracy.labelled)} of ${count(accuracy.scored)} rows labelled)`
  const expected = figures(estimates)
  return expected === '' ? 'no labels yet' : `expected before labels come: ${expected}`
}

function figures(metrics: readonly MetricValue[]): string {
  return mainFigures
    .flatMap((name) => metrics.find(({ metric }) => metric === name) ?? [])
    .map(({ metric, value, ciLo, ciHi }) => {
      const interval =
        ciLo === null || ciHi === null ? '' : ` (${ciLo.toPrecision(3)} to ${ciHi.toPrecision(3)})`
      return `${metric} ${value?.toPrecision(3) ?? 'undefined'}${interval}`
    })
    .join(', ')
}
