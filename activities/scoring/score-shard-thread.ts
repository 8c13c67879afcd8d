import { receiveMessageOnPort } from 'node:worker_threads'
import { runShardTask } from './run-shard-task'
import { ShadowFailure } from './shadow-failure'
import { toThreadError, type ThreadOutcome, type ThreadTask } from './thread-messages'
import { ThreadOutlet } from './thread-outlet'

/** What a pool thread runs, compiled: scores one shard and sends its bytes through the port. Never throws. */
export default async function scoreShardThread({ task, port }: ThreadTask): Promise<ThreadOutcome> {
  // all that can have come so far is stop: the shard was given up while it waited for a thread
  if (receiveMessageOnPort(port)) return { kind: 'stopped' }
  const outlet = new ThreadOutlet(port)
  try {
    return { kind: 'done', scored: await runShardTask(task, outlet) }
  } catch (error) {
    if (outlet.signal.aborted) return { kind: 'stopped' }
    if (error instanceof ShadowFailure) return { kind: 'shadow failed', error: toThreadError(error.cause) }
    return { kind: 'failed', error: toThreadError(error) }
  } finally {
    port.close()
  }
}
