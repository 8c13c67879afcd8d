import { setTimeout as sleep } from 'node:timers/promises'
import type { WorkflowHandle } from '@temporalio/client'
import type { CliIo } from './cli-io'
import { hindrance } from './hindrance'
import { tell } from './output'
import { resultOrDetached } from './result-or-detached'
import type { Session } from './session'

/** Between two questions to Temporal about what hinders the workflow, in milliseconds. */
const askEveryMs = 2_000

/**
 * Waits for a workflow's result; tells meanwhile what hinders it, such as that there is no worker.
 * @returns undefined where Ctrl-C ended the waiting: the workflow goes on
 * @throws Temporal's WorkflowFailedError, its innermost cause the error of the workflow
 */
export async function followWorkflow<Result>(
  io: CliIo,
  session: Session,
  handle: Pick<WorkflowHandle, 'client' | 'describe'> & { result(): Promise<Result> },
): Promise<Result | undefined> {
  const ended = new AbortController()
  const watching = tellHindrances(io, session, handle, ended.signal)
  try {
    return await resultOrDetached(io, handle)
  } finally {
    ended.abort()
    await watching
  }
}

async function tellHindrances(
  io: CliIo,
  session: Session,
  handle: Pick<WorkflowHandle, 'describe'>,
  signal: AbortSignal,
): Promise<void> {
  let told: string | undefined
  for (;;) {
    await sleep(askEveryMs, undefined, { signal }).catch(() => undefined)
    if (signal.aborted) return
    const description = await handle.describe().catch(() => undefined)
    const obstacle = description && hindrance(description.raw, session.config.taskQueue, Date.now())
    if (obstacle !== undefined && obstacle !== told) tell(io, obstacle)
    told = obstacle
  }
}
