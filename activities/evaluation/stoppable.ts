import { toThreadError, type ThreadError } from '../scoring/thread-messages'

/** What a thread of the evaluation pool gets. */
export interface StoppableTask<T> {
  readonly task: T
  /** One Int32: not 0 once the work is given up. */
  readonly stop: SharedArrayBuffer
}

/** How a thread's work ended. Errors travel as data: structured clone would take code and facts off them. */
export type StoppableOutcome<T> =
  { readonly kind: 'done'; readonly outcome: T } | { readonly kind: 'failed'; readonly error: ThreadError }

/** Does a thread's work, which calls `throwIfStopped` now and then. Never throws. */
export async function stoppable<T, Outcome>(
  { task, stop }: StoppableTask<T>,
  work: (task: T, throwIfStopped: () => void) => Promise<Outcome>,
): Promise<StoppableOutcome<Outcome>> {
  const flag = new Int32Array(stop)
  const throwIfStopped = (): void => {
    if (Atomics.load(flag, 0) !== 0) throw new Error('the evaluation was given up')
  }
  try {
    throwIfStopped()
    return { kind: 'done', outcome: await work(task, throwIfStopped) }
  } catch (error) {
    return { kind: 'failed', error: toThreadError(error) }
  }
}
