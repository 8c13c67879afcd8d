import { Piscina } from 'piscina'
import { fromThreadError } from '../../scoring/thread-messages'
import { threadFile } from '../../scoring/thread-file'
import type { EvaluationThreadOutcome } from './evaluate-labels-thread'
import type { EvaluationOutcome, EvaluationTask } from './evaluation-task'

/** Evaluates batches beside the activity thread, whose heartbeats go on. */
export interface EvaluationPool {
  /** @throws the thread's error; the signal's reason when it aborts: the thread is ended at once */
  evaluate(task: EvaluationTask, signal: AbortSignal): Promise<EvaluationOutcome>
  close(): Promise<void>
}

/** A thread keeps the memory of its last batch; after so long without another it ends. */
const idleTimeoutMs = 5_000

/**
 * Opens a pool of one thread: a batch takes hundreds of megabytes, and seconds at most.
 * @throws NightscoreError NOT_BUILT where the compiled thread is missing
 */
export function createEvaluationPool(): EvaluationPool {
  const piscina = new Piscina<EvaluationTask, EvaluationThreadOutcome>({
    filename: threadFile('evaluation/labels/evaluate-labels-thread'),
    minThreads: 0,
    maxThreads: 1,
    idleTimeout: idleTimeoutMs,
    concurrentTasksPerWorker: 1,
  })
  return {
    async evaluate(task, signal) {
      signal.throwIfAborted()
      const ended = await piscina.run(task, { signal }).catch((error: unknown) => {
        signal.throwIfAborted()
        throw error
      })
      if (ended.kind === 'failed') throw fromThreadError(ended.error)
      return ended.outcome
    },
    close: () => piscina.destroy(),
  }
}
