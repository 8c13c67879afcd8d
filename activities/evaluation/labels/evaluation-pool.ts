import { Piscina } from 'piscina'
import { fromThreadError } from '../../scoring/thread-messages'
import { threadFile } from '../../scoring/thread-file'
import type { EvaluationThreadOutcome, EvaluationThreadTask } from './evaluate-labels-thread'
import type { EvaluationOutcome, EvaluationTask } from './evaluation-task'

/** Evaluates batches beside the activity thread, whose heartbeats go on. */
export interface EvaluationPool {
  /** @throws the thread's error; the signal's reason when it aborts: the thread then stops within seconds */
  evaluate(task: EvaluationTask, signal: AbortSignal): Promise<EvaluationOutcome>
  /** Resolves when no evaluation is under way. */
  close(): Promise<void>
}

/** An idle thread keeps up to 220 MB of its last batch; after so long it ends and they are free. */
const idleTimeoutMs = 10_000

/**
 * Opens a pool of one thread: a batch takes hundreds of megabytes, and seconds at most.
 * @throws NightscoreError NOT_BUILT where the compiled thread is missing
 */
export function createEvaluationPool(): EvaluationPool {
  const piscina = new Piscina<EvaluationThreadTask, EvaluationThreadOutcome>({
    filename: threadFile('evaluation/labels/evaluate-labels-thread'),
    minThreads: 0,
    maxThreads: 1,
    idleTimeout: idleTimeoutMs,
    concurrentTasksPerWorker: 1,
  })
  return {
    async evaluate(task, signal) {
      signal.throwIfAborted()
      const stop = new SharedArrayBuffer(4)
      // asked, not ended: a thread that is ended while DuckDB works in it takes the process with it
      const onAbort = (): void => void Atomics.store(new Int32Array(stop), 0, 1)
      signal.addEventListener('abort', onAbort)
      try {
        const ended = await piscina.run({ task, stop })
        signal.throwIfAborted()
        if (ended.kind === 'failed') throw fromThreadError(ended.error)
        return ended.outcome
      } finally {
        signal.removeEventListener('abort', onAbort)
      }
    },
    close: () => piscina.close(),
  }
}
