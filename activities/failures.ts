import { ApplicationFailure, CancelledFailure } from '@temporalio/common'
import { NightscoreError } from '../schemas/errors'
import { translatePostgresError } from './data/postgres/postgres-error'

/** An error outside of the catalogue may be a passing fault; after this many attempts it counts as a defect. */
const unexpectedAttempts = 5

/**
 * What an activity raises to Temporal: the type is the catalogue's code; errors that no retry can mend are non-retryable.
 * @param attempt from 1
 * @param signal the activity's cancellation; its reason tells a cancelled run from a stopping worker
 */
export function asFailure(
  error: unknown,
  { attempt, signal }: { readonly attempt: number; readonly signal: AbortSignal },
): Error {
  if (signal.aborted) return handBack(signal.reason)
  const known = translatePostgresError(error)
  if (known instanceof NightscoreError)
    return ApplicationFailure.create({
      type: known.code,
      message: known.message,
      nonRetryable: !known.retryable,
      details: [{ found: known.facts.found, expected: known.facts.expected }],
      ...(known.facts.retryAfterMs === undefined ? {} : { nextRetryDelay: known.facts.retryAfterMs }),
    })
  const message = known instanceof Error ? known.message : String(known)
  return ApplicationFailure.create({
    type: 'UNEXPECTED',
    message: `${message} [UNEXPECTED, attempt ${attempt}]`,
    nonRetryable: attempt >= unexpectedAttempts,
    ...(known instanceof Error ? { cause: known } : {}),
  })
}

function handBack(reason: unknown): Error {
  if (!(reason instanceof CancelledFailure)) return new CancelledFailure('cancelled')
  if (reason.message !== 'WORKER_SHUTDOWN') return reason
  // a retryable failure, not a cancellation: the server gives the shard to another worker at once
  const stopping = new NightscoreError('WORKER_STOPPING', {
    found: 'an unfinished shard at the end of the grace time',
    expected: 'to finish it',
  })
  return ApplicationFailure.create({ type: stopping.code, message: stopping.message, nonRetryable: false })
}
