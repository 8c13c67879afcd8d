import { ApplicationFailure } from '@temporalio/common'
import { errorCatalogue } from '../schemas/errors'

/** An error as a log line shows it: an expected one, which a retry or its user mends, without its stack. */
export function loggedError(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const { message, cause, stack } = error
  const type = error instanceof ApplicationFailure ? (error.type ?? error.name) : error.name
  return {
    type,
    message,
    ...(cause === undefined ? {} : { cause: loggedError(cause) }),
    ...(isExpected(error) ? {} : { stack }),
  }
}

/** One of the catalogue, or what carries one. */
function isExpected(error: Error): boolean {
  if (error instanceof ApplicationFailure) return (error.type ?? '') in errorCatalogue
  return error.cause instanceof Error && isExpected(error.cause)
}
