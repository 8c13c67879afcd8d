import type { RowAnswer } from '../../activities/scoring/score-rows'
import type { PlainValue } from '../../activities/scoring/value-at'
import { textTable } from './text-table'

type Values = Readonly<Record<string, PlainValue>>

/** A row with what the model makes of it. */
export interface AnsweredRow {
  readonly columns: Values
  readonly features: Values
  readonly answer: RowAnswer
}

/** Rows for people: columns, predictions, features, and the reason where a row is quarantined. */
export function answerTable(rows: readonly AnsweredRow[]): string[] {
  const names = Object.keys(rows[0]?.columns ?? {})
  const predicted = [...new Set(rows.flatMap(({ answer }) => Object.keys(predictions(answer))))]
  const features = Object.keys(rows[0]?.features ?? {})
  const anyQuarantined = rows.some(({ answer }) => 'quarantined' in answer)
  // a carried column and the feature made of it often have one name
  const titles = features.map((name) => (names.includes(name) ? `${name} (feature)` : name))
  return textTable(
    [...names, ...predicted, ...(anyQuarantined ? ['QUARANTINED'] : []), ...titles].map((title) => ({
      title,
    })),
    rows.map(({ columns, features: given, answer }) => [
      ...names.map((name) => shown(columns[name])),
      ...predicted.map((name) => ('quarantined' in answer ? '' : shown(predictions(answer)[name]))),
      ...(anyQuarantined ? [reason(answer)] : []),
      ...features.map((name) => shown(given[name])),
    ]),
  )
}

function reason(answer: RowAnswer): string {
  return 'quarantined' in answer ? `${answer.quarantined} ${answer.column}: ${answer.detail}` : ''
}

function predictions(answer: RowAnswer): Readonly<Record<string, PlainValue>> {
  return 'predictions' in answer ? answer.predictions : {}
}

/** A cell: floats to six digits, long texts and lists shortened. */
function shown(value: PlainValue | undefined): string {
  if (value === null || value === undefined) return 'null'
  if (typeof value === 'number')
    return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)))
  if (typeof value === 'string') return value.length > 30 ? `${value.slice(0, 29)}…` : value
  if (typeof value === 'bigint' || typeof value === 'boolean') return String(value)
  return `[${value.slice(0, 4).map(shown).join(', ')}${value.length > 4 ? ', …' : ''}]`
}
