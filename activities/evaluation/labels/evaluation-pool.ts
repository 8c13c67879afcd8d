import { Piscina } from 'piscina'
import type { ComparisonOutcome } from '../../../schemas/comparison'
import { fromThreadError } from '../../scoring/thread-messages'
import { threadFile } from '../../scoring/thread-file'
import type { ComparisonTask } from '../comparison/comparison-task'
import type { StoppableOutcome, StoppableTask } from '../stoppable'
import type { EvaluationOutcome, EvaluationTask } from './evaluation-task'

/** Evaluates batches and compares models beside the activity thread, whose heartbeats go on. */
export interface EvaluationPool {
  /** @throws the thread's error; the signal's reason when it aborts: the thread then stops within seconds */
  evaluate(task: EvaluationTask, signal: AbortSignal): Promise<EvaluationOutcome>
  /** @throws as evaluate */
  compare(task: ComparisonTask, signal: AbortSignal): Promise<ComparisonOutcome>
  /** Resolves when no evaluation is under way. */
  close(): Promise<void>
}

/** An idle thread keeps up to 220 MB of its last batch; after so long it ends and they are free. */
const idleTimeoutMs = 10_000

/**
 * Opens a pool of one thread: a batch takes hundreds of megabytes, and seconds at most.
 * @throws NightscoreError NOT_BUILT where the compiled threads are missing
 */
export function createEvaluationPool(): EvaluationPool {
  const [evaluation, comparison] = [
    threadFile('evaluation/labels/evaluate-labels-thread'),
    threadFile('evaluation/comparison/compare-pairs-thread'),
  ]
  const piscina = new Piscina({
    minThreads: 0,
    maxThreads: 1,
    idleTimeout: idleTimeoutMs,
    concurrentTasksPerWorker: 1,
  })
  const inThread = async <Outcome>(
    filename: string,
    task: unknown,
    signal: AbortSignal,
  ): Promise<Outcome> => {
    signal.throwIfAborted()
    const stop = new SharedArrayBuffer(4)
    // asked, not ended: a thread that is ended while DuckDB works in it takes the process with it
    const onAbort = (): void => void Atomics.store(new Int32Array(stop), 0, 1)
    signal.addEventListener('abort', onAbort)
    try {
      const given: StoppableTask<unknown> = { task, stop }
      const ended = (await piscina.run(given, { filename })) as StoppableOutcome<Outcome>
      signal.throwIfAborted()
      if (ended.kind === 'failed') throw fromThreadError(ended.error)
      return ended.outcome
    } finally {
      signal.removeEventListener('abort', onAbort)
    }
  }
  return {
    evaluate: (task, signal) => inThread(evaluation, task, signal),
    compare: (task, signal) => inThread(comparison, task, signal),
    close: () => piscina.close(),
  }
}
