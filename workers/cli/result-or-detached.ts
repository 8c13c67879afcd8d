import { setMaxListeners } from 'node:events'
import type { WorkflowHandle } from '@temporalio/client'
import type { CliIo } from './cli-io'

/**
 * Waits for a workflow's result; Ctrl-C ends the waiting, not the workflow.
 * @returns undefined after Ctrl-C
 * @throws Temporal's WorkflowFailedError, its innermost cause the error of the workflow
 */
export async function resultOrDetached<Result>(
  io: CliIo,
  handle: Pick<WorkflowHandle, 'client'> & { result(): Promise<Result> },
): Promise<Result | undefined> {
  const detached = new AbortController()
  setMaxListeners(0, detached.signal) // the client adds one a minute, with each long poll, and takes none away
  const release = io.onInterrupt(() => detached.abort())
  try {
    // the long poll is aborted, not left behind: repeated on a closed connection it would end the process
    return await handle.client.withAbortSignal(detached.signal, () => handle.result())
  } catch (error) {
    if (detached.signal.aborted) return undefined
    throw error
  } finally {
    release()
  }
}
