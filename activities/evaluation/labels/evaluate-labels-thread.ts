import { toThreadError, type ThreadError } from '../../scoring/thread-messages'
import { evaluateLabels } from './evaluate-labels'
import type { EvaluationOutcome, EvaluationTask } from './evaluation-task'

/** What a pool thread gets. */
export interface EvaluationThreadTask {
  readonly task: EvaluationTask
  /** One Int32: not 0 once the evaluation is given up. */
  readonly stop: SharedArrayBuffer
}

/** How a thread's work ended. Errors travel as data: structured clone would take code and facts off them. */
export type EvaluationThreadOutcome =
  | { readonly kind: 'done'; readonly outcome: EvaluationOutcome }
  | { readonly kind: 'failed'; readonly error: ThreadError }

/** What a pool thread runs, compiled: evaluates one batch. Never throws. */
export default async function evaluateLabelsThread({
  task,
  stop,
}: EvaluationThreadTask): Promise<EvaluationThreadOutcome> {
  const flag = new Int32Array(stop)
  const throwIfStopped = (): void => {
    if (Atomics.load(flag, 0) !== 0) throw new Error('the evaluation was given up')
  }
  try {
    throwIfStopped()
    return { kind: 'done', outcome: await evaluateLabels(task, throwIfStopped) }
  } catch (error) {
    return { kind: 'failed', error: toThreadError(error) }
  }
}
