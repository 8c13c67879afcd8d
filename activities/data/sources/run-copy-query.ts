import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads'
import { Piscina } from 'piscina'
import { fromThreadError } from '../../scoring/thread-messages'
import { threadFile } from '../../scoring/thread-file'
import type { CopiedQuery, CopyQuery } from './copy-query'
import type { CopyQueryOutcome, CopyQueryTask } from './copy-query-thread'

/**
 * Runs copyQuery in a thread of its own, started for it: a long read keeps a core busy, and the activity thread's heartbeats
 * and COPYs go on beside it.
 * @param url of the database
 * @throws as copyQuery; the signal's reason when it aborts, once the thread has ended; NOT_BUILT
 */
export async function runCopyQuery(
  task: CopyQuery,
  url: string,
  onProgress: (rows: number) => void,
  signal: AbortSignal,
): Promise<CopiedQuery> {
  signal.throwIfAborted()
  const piscina = new Piscina<CopyQueryTask, CopyQueryOutcome>({
    filename: threadFile('data/sources/copy-query-thread'),
    minThreads: 1,
    maxThreads: 1,
  })
  const { port1, port2 } = new MessageChannel()
  port1.on('message', onProgress)
  const stop = (): void => port1.postMessage('stop')
  signal.addEventListener('abort', stop)
  try {
    const outcome = await piscina.run({ task, url, port: port2 }, { transferList: [port2] })
    // the outcome may come before what was told on the way
    for (let told = receiveMessageOnPort(port1); told; told = receiveMessageOnPort(port1))
      onProgress(told.message as number)
    signal.throwIfAborted()
    if (outcome.kind === 'failed') throw fromThreadError(outcome.error)
    return outcome.copied
  } finally {
    signal.removeEventListener('abort', stop)
    port1.close()
    await piscina.destroy()
  }
}
