import { worstSegments } from '../../activities/evaluation/comparison/worst-segments'
import type { ComparisonFigure, ComparisonSummary, Disagreement } from '../../schemas/comparison'
import { count } from './output'
import { textTable } from './text-table'

const rowsShown = 10
const segmentsShown = 5

/** A comparison for people: both verdicts, the figures, the worst segments and the rows that differ most. */
export function comparisonLines(
  summary: ComparisonSummary,
  figures: readonly ComparisonFigure[],
  disagreements: readonly Disagreement[],
): string[] {
  const { champion, challenger, job, from, to, batches, rowsBoth, rowsLabelled } = summary
  const all = figures.filter(({ segment }) => segment === null)
  const worst = worstSegments(figures, segmentsShown)
  const left = disagreements.length - rowsShown
  return [
    `${challenger} against ${champion} on ${job}, ${from} to ${to}: ${count(batches)} batches, ${count(rowsBoth)} rows scored by both, ${count(rowsLabelled)} with a label`,
    `  numerically the same: ${summary.numeric} (${summary.numericReason})`,
    `  not inferior:         ${summary.nonInferiority} (${summary.nonInferiorityReason})`,
    '',
    ...figureTable('FIGURE', all, figureName),
    ...(worst.length === 0
      ? []
      : [
          '',
          `Segments by ${worst[0]!.metric}, the worst first:`,
          ...figureTable('SEGMENT', worst, ({ segment }) => segment ?? ''),
        ]),
    ...(disagreements.length === 0
      ? []
      : ['', 'Rows that differ most:', ...rowTable(disagreements.slice(0, rowsShown))]),
    ...(left > 0 ? [`and ${left} more in nightscore.disagreement`] : []),
  ]
}

const figureName = ({ metric, direction }: ComparisonFigure): string =>
  direction === null ? metric : `${metric} ${direction}`

function figureTable(
  title: string,
  figures: readonly ComparisonFigure[],
  nameOf: (figure: ComparisonFigure) => string,
): string[] {
  const right = (name: string) => ({ title: name, align: 'right' as const })
  return textTable(
    [
      { title },
      right('CHAMPION'),
      right('CHALLENGER'),
      right('VALUE'),
      right('95 % FROM'),
      right('TO'),
      right('P'),
      right('N'),
      { title: 'VERDICT' },
    ],
    figures.map((one) => [
      nameOf(one),
      ...[one.champion, one.challenger, one.value, one.ciLo, one.ciHi, one.pValue].map(number),
      count(one.n),
      one.verdict === 'none' ? '' : one.verdict,
    ]),
  )
}

function rowTable(rows: readonly Disagreement[]): string[] {
  const text = (values: Readonly<Record<string, unknown>>): string =>
    Object.values(values)
      .map((value) =>
        typeof value === 'number' ? number(value) : typeof value === 'string' ? value : JSON.stringify(value),
      )
      .join(' ')
  return textTable(
    [
      { title: 'BATCH' },
      { title: 'KEY' },
      { title: 'CHAMPION' },
      { title: 'CHALLENGER' },
      { title: 'DIFFERENCE', align: 'right' },
      { title: 'SEGMENTS' },
    ],
    rows.map(({ batch, key, champion, challenger, difference, segments }) => [
      batch,
      text(key),
      text(champion),
      text(challenger),
      difference === null ? 'not finite' : number(difference),
      text(segments),
    ]),
  )
}

function number(value: number | null): string {
  return value === null ? '' : Number.isInteger(value) ? count(value) : String(Number(value.toPrecision(4)))
}
