import { toThreadError, type ThreadError } from '../../scoring/thread-messages'
import { evaluateLabels } from './evaluate-labels'
import type { EvaluationOutcome, EvaluationTask } from './evaluation-task'

/** How a thread's work ended. Errors travel as data: structured clone would take code and facts off them. */
export type EvaluationThreadOutcome =
  | { readonly kind: 'done'; readonly outcome: EvaluationOutcome }
  | { readonly kind: 'failed'; readonly error: ThreadError }

/** What a pool thread runs, compiled: evaluates one batch. Never throws. */
export default async function evaluateLabelsThread(task: EvaluationTask): Promise<EvaluationThreadOutcome> {
  try {
    return { kind: 'done', outcome: await evaluateLabels(task) }
  } catch (error) {
    return { kind: 'failed', error: toThreadError(error) }
  }
}
