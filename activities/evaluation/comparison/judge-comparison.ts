import type { ComparisonFigure, ComparisonVerdict } from '../../../schemas/comparison'
import type { Tolerance } from './comparison-task'

/** A verdict and what it rests on, in words. */
export interface Judgement {
  readonly verdict: ComparisonVerdict
  readonly reason: string
}

/** Fewer labelled rows judge nothing, as everywhere. */
export const labelledRowsAtLeast = 200

/** Rows by what became of them. */
export interface NumericCounts {
  readonly both: number
  readonly onlyChampion: number
  readonly onlyChallenger: number
  readonly beyond: number
  readonly flips: number
}

/** ok where the models scored the same rows, every number is within atol + rtol |champion|, and no label flips. */
export function judgeNumeric(
  { both, onlyChampion, onlyChallenger, beyond, flips }: NumericCounts,
  { rtol, atol }: Tolerance,
): Judgement {
  const only = onlyChampion + onlyChallenger
  if (both + only === 0) return { verdict: 'skipped', reason: 'no rows' }
  const within = `${atol} + ${rtol} |champion|`
  const against = [
    ...(beyond > 0 ? [`${beyond} of ${both} rows beyond ${within}`] : []),
    ...(flips > 0 ? [`${flips} ${flips === 1 ? 'label' : 'labels'} flipped`] : []),
    ...(only > 0
      ? [`${onlyChampion} rows scored by the champion only, ${onlyChallenger} by the challenger only`]
      : []),
  ]
  if (against.length > 0) return { verdict: 'fail', reason: against.join('; ') }
  return { verdict: 'ok', reason: `all ${both} rows within ${within}, no label flipped` }
}

/**
 * ok where the main figure's 95 % interval does not reach below -margin.
 * @param main null: there are no labels
 */
export function judgeNonInferiority(
  main: ComparisonFigure | null,
  labelled: number,
  margin: number,
): Judgement {
  if (main === null || labelled < labelledRowsAtLeast)
    return {
      verdict: 'skipped',
      reason: `${labelled} labelled rows that both scored, at least ${labelledRowsAtLeast} are wanted`,
    }
  const { metric, value, ciLo, ciHi, reason } = main
  if (value === null || ciLo === null || ciHi === null)
    return { verdict: 'skipped', reason: `${metric}: ${reason ?? 'no interval'}` }
  const found = `${metric} ${text(value)}, 95 % interval ${text(ciLo)} to ${text(ciHi)}`
  return ciLo >= -margin
    ? { verdict: 'ok', reason: `${found}: not below ${-margin}` }
    : { verdict: 'fail', reason: `${found}: may be below ${-margin}` }
}

const text = (value: number): string => String(Number(value.toPrecision(4)))
