import type { Finding, ReportColumn } from '../../../schemas/report'
import { changedUnit } from './changed-unit'
import { constantValue } from './constant-value'
import { driftedValues } from './drifted-values'
import { byFlagRank, type Flag } from './flags-of'
import { numberText } from './number-text'
import { renamedValue } from './renamed-value'
import { shownText } from './shown-text'

interface Cause {
  /** Whether the cause would move this number. */
  readonly explains: (flag: Flag) => boolean
  readonly sentence: (column: ReportColumn, flag: Flag) => string | null
  /** Nothing but a fault in the data looks like this: no night is so by nature. */
  readonly isFault?: true
}

/** A finding, and whether its cause is recognised as a fault in the data. */
export interface ColumnFinding {
  readonly finding: Finding
  readonly isFault: boolean
}

const distances = new Set('psi js_distance ks wasserstein triangular cramers_v chi_square'.split(' '))
const isDistance = ({ metric, scope }: Flag): boolean => distances.has(metric) && scope !== 'skew'
const named =
  (...metrics: string[]) =>
  ({ metric, scope }: Flag): boolean =>
    metrics.includes(metric) && scope !== 'skew'
const valueRates = named('out_of_range_rate', 'unseen_rate', 'constant', 'is_constant', 'constant_column')

/** From the most to the least telling: the first that explains the worst number speaks for the column. */
const causes: readonly Cause[] = [
  { explains: (flag) => flag.of?.verdict === 'error', sentence: notComparable, isFault: true },
  { explains: named('missing_rate'), sentence: missing },
  { explains: (flag) => isDistance(flag) || valueRates(flag), sentence: constantValue, isFault: true },
  {
    explains: (flag) => isDistance(flag) || named('unseen_rate')(flag),
    sentence: renamedValue,
    isFault: true,
  },
  {
    explains: (flag) => isDistance(flag) || named('out_of_range_rate')(flag),
    sentence: changedUnit,
    isFault: true,
  },
  { explains: named('nan_rate', 'infinite_rate'), sentence: notNumbers, isFault: true },
  { explains: named('out_of_range_rate'), sentence: outOfRange },
  { explains: named('unseen_rate'), sentence: newValues },
  { explains: isDistance, sentence: drifted },
  { explains: ({ scope }) => scope === 'skew', sentence: skewed },
]

/**
 * What is wrong with one column over all rows, in one sentence that begins with its name: its worst verdict, and the cause that
 * explains a number of that verdict.
 * @param flags the column's own, worst first, at least one
 * @param suspects for a prediction: features that may have moved it, worst first
 */
export function columnFinding(
  column: ReportColumn,
  flags: readonly [Flag, ...Flag[]],
  suspects: readonly string[] = [],
): ColumnFinding {
  const [worst] = flags
  const decisive = flags.filter(({ verdict }) => verdict === worst.verdict)
  const shared = { scope: column.scope, column: column.column, segment: null }
  const cause = firstOf(causes, ({ explains, sentence, isFault = false }) => {
    const flag = decisive.find(explains)
    const found = flag === undefined ? null : sentence(column, flag)
    return found === null ? null : { sentence: found, isFault }
  }) ?? { sentence: `${shownText(column.column)}: ${limitText(worst)}`, isFault: false }
  const severity = [...flags].sort(byFlagRank)[0]!.severity
  const because =
    column.scope === 'prediction' && suspects.length > 0 && decisive.some(isDistance)
      ? `; its inputs ${suspects
          .slice(0, 3)
          .map((one) => shownText(one, 40))
          .join(', ')} changed`
      : ''
  const gate = decisive.find(({ gateNo }) => gateNo !== null)
  const said = gate === undefined ? '' : `; gate ${gate.gateNo!} says ${gate.verdict}`
  return {
    finding: { ...shared, verdict: worst.verdict, severity, sentence: `${cause.sentence}${because}${said}` },
    isFault: cause.isFault,
  }
}

/** A number beside the limit it is over, as in 'psi 1.2, fails above 0.25'. */
export function limitText({ metric, value, limitAt, verdict, severity, of, gateNo }: Flag): string {
  const said = gateNo === null && of?.verdict === 'fail' ? 'fail' : verdict
  const verb = { warn: 'warns', hold: 'holds', fail: 'fails' }[said]
  const isRate = metric.endsWith('_rate')
  const shown = (one: number | null): string => (isRate ? numberText.share(one) : numberText.value(one))
  const below = value !== null && limitAt !== null && value < limitAt && severity >= 1 && !isRate
  const limit = limitAt === null ? '' : `, ${verb} ${below ? 'below' : 'above'} ${shown(limitAt)}`
  const q = of?.qValue === null || of?.qValue === undefined ? '' : `, q ${numberText.probability(of.qValue)}`
  return `${metric} ${shown(value)}${limit}${q}`
}

function firstOf<T, R>(list: readonly T[], of: (one: T) => R | null): R | null {
  for (const one of list) {
    const found = of(one)
    if (found !== null) return found
  }
  return null
}

function notComparable({ column }: ReportColumn, { of }: Flag): string {
  const reason = of?.reason ?? 'its rows cannot be compared'
  const type = /is of type (\w+), its reference of (\w+)/.exec(reason)
  if (type !== null)
    return `${shownText(column)} changed its type: ${type[1]!} now, ${type[2]!} in the reference`
  return `${shownText(column)} cannot be compared with its reference: ${shownText(reason, 200)}`
}

function missing({ column, reference, current }: ReportColumn, { of }: Flag): string {
  const rate = (facts: ReportColumn['current']): number | null =>
    facts === null || facts.rows === 0 ? null : facts.missing / facts.rows
  const now = rate(current) ?? of?.value ?? null
  const before = rate(reference)
  const found =
    now === 1 && current !== null
      ? `all ${numberText.count(current.rows)} rows`
      : `${numberText.share(now)} of rows`
  const cause = now !== null && before !== null && now < before ? '' : ': did its source stop filling it?'
  return `${shownText(column)} is missing in ${found}; ${numberText.share(before)} in the reference${cause}`
}

function notNumbers({ column }: ReportColumn, { metric, of }: Flag): string {
  const what = metric === 'nan_rate' ? 'not a number (NaN)' : 'infinite'
  return `${shownText(column)} is ${what} in ${numberText.share(of?.value ?? null)} of its rows: a division by zero, or a failed conversion?`
}

function outOfRange({ column, reference, current }: ReportColumn, { of }: Flag): string {
  const span = (facts: ReportColumn['current']): string =>
    `${numberText.value(facts?.min ?? null)} to ${numberText.value(facts?.max ?? null)}`
  return `${shownText(column)} is out of its range in ${numberText.share(of?.value ?? null)} of rows: ${span(current)}; ${span(reference)} in the reference`
}

function newValues({ column, unseen }: ReportColumn, { of }: Flag): string {
  const listed = unseen.slice(0, 3).map(({ value }) => shownText(value, 40))
  const values = listed.length === 0 ? '' : `: ${listed.join(', ')}${unseen.length > 3 ? ' …' : ''}`
  return `${shownText(column)} has values that the reference lacks in ${numberText.share(of?.value ?? null)} of rows${values}`
}

function drifted(column: ReportColumn, flag: Flag): string {
  const what =
    column.scope === 'label' ? ' (the label)' : column.scope === 'prediction' ? ' (a prediction)' : ''
  const moved = driftedValues(column)
  return `${shownText(column.column)}${what} drifted: ${moved === null ? '' : `${moved}; `}${limitText(flag)}`
}

function skewed({ column }: ReportColumn, flag: Flag): string {
  return `${shownText(column)} is not what the model was trained on: ${limitText(flag)}, against the model package’s reference`
}
