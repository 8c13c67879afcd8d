import {
  ActivityFailure,
  ApplicationFailure,
  CancelledFailure,
  ChildWorkflowFailure,
  TimeoutFailure,
} from '@temporalio/common'

/** An error as the run's record keeps it. */
export interface FailureDescription {
  /** A code of docs/errors.md, or CANCELLED, TIMEOUT, UNEXPECTED. */
  readonly code: string
  readonly message: string
}

/** The innermost cause of a workflow's failure: what the activity itself raised. */
export function describeFailure(error: unknown): FailureDescription {
  if (
    (error instanceof ActivityFailure || error instanceof ChildWorkflowFailure) &&
    error.cause !== undefined
  )
    return describeFailure(error.cause)
  if (error instanceof CancelledFailure) return { code: 'CANCELLED', message: 'The run was cancelled.' }
  if (error instanceof TimeoutFailure)
    return { code: 'TIMEOUT', message: `No worker finished in time: ${error.message}` }
  if (error instanceof ApplicationFailure) return { code: error.type ?? 'UNEXPECTED', message: error.message }
  return { code: 'UNEXPECTED', message: error instanceof Error ? error.message : String(error) }
}
