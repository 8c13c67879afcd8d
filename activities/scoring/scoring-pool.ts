import { availableParallelism } from 'node:os'
import { setFlagsFromString } from 'node:v8'
import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { Piscina } from 'piscina'
import type { QuarantinedRow } from '../../schemas/run'
import { ReadGate } from './read-gate'
import type { ScoringPool } from './score-shard-task'
import { ShadowFailure } from './shadow-failure'
import { threadFile } from './thread-file'
import {
  fromThreadError,
  type FromThread,
  type ThreadOutcome,
  type ThreadTask,
  type ToThread,
} from './thread-messages'

/**
 * Where V8 starts to think of collecting a thread's old objects. By itself it begins at 17 MB, and since a scan makes much
 * short-lived memory and keeps little, it then marks 16 MB of code and sessions over and over: 13 times a million rows of a
 * logistic regression, a quarter of the thread's time.
 */
const oldSpaceMb = 64

/**
 * V8's space for new objects, three parts of 4 MB. By itself it grows to three of 16 MB in each thread and stays there; a scan that
 * makes the same short-lived objects batch after batch takes as long with a quarter of it.
 */
const youngSpaceMb = 12

/** What the threads may hold of source files while they read, for each of them. */
const readBytesPerThread = 128 << 20

/**
 * Opens a pool of scoring threads; each keeps its sessions and DuckDB instances.
 * @param options.threads default: one a core
 * @param options.warm starts all threads now, not each with its first shard: DuckDB and ONNX Runtime take 0.3 s to load
 * @param options.onScored told of each scored shard's time in its thread, milliseconds
 * @throws NightscoreError NOT_BUILT where the compiled thread is missing
 */
export function createScoringPool({
  threads = availableParallelism(),
  warm = false,
  onScored = () => undefined,
}: {
  readonly threads?: number
  readonly warm?: boolean
  readonly onScored?: (ms: number) => void
} = {}): ScoringPool {
  setFlagsFromString(`--initial-old-space-size=${oldSpaceMb}`)
  const gate = new ReadGate(threads * readBytesPerThread)
  const piscina = new Piscina<ThreadTask, ThreadOutcome>({
    filename: threadFile('scoring/score-shard-thread'),
    minThreads: warm ? threads : 0,
    maxThreads: threads,
    idleTimeout: Infinity,
    concurrentTasksPerWorker: 1,
    resourceLimits: { maxYoungGenerationSizeMb: youngSpaceMb },
  })
  return {
    async scoreShard(task, write, signal) {
      signal.throwIfAborted()
      const { port1: port, port2 } = new MessageChannel()
      const receiver = new Receiver(port, write)
      const onAbort = (): void => receiver.stop()
      signal.addEventListener('abort', onAbort)
      try {
        const outcome = await gate.within(
          task.scan.readerBytes ?? 0,
          () =>
            piscina.run({ task, port: port2 }, { transferList: [port2] }).finally(() => receiver.settle()),
          signal,
        )
        signal.throwIfAborted()
        if (outcome.kind === 'failed') throw fromThreadError(outcome.error)
        if (outcome.kind === 'shadow failed') throw new ShadowFailure(fromThreadError(outcome.error))
        if (outcome.kind === 'stopped') throw new Error('a scoring thread stopped though nobody asked it to')
        onScored(outcome.scored.result.timings.totalMs)
        return { ...outcome.scored, quarantined: receiver.quarantined }
      } finally {
        signal.removeEventListener('abort', onAbort)
        port.close()
      }
    },
    close: () => piscina.close(),
  }
}

/** The main thread's end of a shard's channel: hands bytes on one after the other, and says when it has. */
class Receiver {
  readonly quarantined: QuarantinedRow[] = []
  private failure: { readonly error: unknown } | null = null
  private ended = false
  private taken: Promise<void> = Promise.resolve()

  constructor(
    private readonly port: MessagePort,
    private readonly write: (bytes: Uint8Array) => Promise<void>,
  ) {
    port.on('message', (message: FromThread) => {
      this.taken = this.taken.then(() => this.take(message))
    })
  }

  stop(): void {
    this.send('stop')
  }

  /** Resolves when no `write` is under way and none will be. @throws the error of `write` that stopped the thread */
  async settle(): Promise<void> {
    this.ended = true
    await this.taken
    if (this.failure) throw this.failure.error
  }

  private async take(message: FromThread): Promise<void> {
    if (this.failure || this.ended) return
    try {
      if ('copy' in message) await this.write(message.copy)
      else this.quarantined.push(...message.quarantined)
      this.send('taken')
    } catch (error) {
      this.failure = { error }
      this.stop()
    }
  }

  private send(message: ToThread): void {
    this.port.postMessage(message)
  }
}
