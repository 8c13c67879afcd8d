import { setTimeout as sleep } from 'node:timers/promises'
import type { WorkflowHandle } from '@temporalio/client'
import type { CliIo } from './cli-io'
import { hindrance } from './hindrance'
import { tell } from './output'
import { resultOrDetached } from './result-or-detached'
import type { Session } from './session'

/** Between two questions about how far the workflow is and what hinders it, in milliseconds. */
const askEveryMs = 2_000

/**
 * Waits for a workflow's result; tells meanwhile what hinders it, such as that there is no worker, and how far it is.
 * @param progressLine what its query `progress` answers, as a line; undefined: not worth one yet
 * @returns undefined where Ctrl-C ended the waiting: the workflow goes on
 * @throws Temporal's WorkflowFailedError, its innermost cause the error of the workflow
 */
export async function followWorkflow<Result>(
  io: CliIo,
  session: Session,
  handle: Pick<WorkflowHandle, 'client' | 'describe' | 'query'> & { result(): Promise<Result> },
  progressLine?: (progress: never) => string | undefined,
): Promise<Result | undefined> {
  const ended = new AbortController()
  const obstacles = async () => {
    const { raw } = await handle.describe()
    return hindrance(raw, session.config.taskQueue, Date.now())
  }
  const watching = Promise.all([
    tellChanges(io, obstacles, ended.signal),
    ...(progressLine === undefined
      ? []
      : [tellChanges(io, async () => progressLine(await handle.query('progress')), ended.signal)]),
  ])
  try {
    return await resultOrDetached(io, handle)
  } finally {
    ended.abort()
    await watching
  }
}

/** Errors of looking are passed over: what is shown must not end what is shown. */
async function tellChanges(
  io: CliIo,
  ask: () => Promise<string | undefined>,
  signal: AbortSignal,
): Promise<void> {
  let told: string | undefined
  for (;;) {
    await sleep(askEveryMs, undefined, { signal }).catch(() => undefined)
    if (signal.aborted) return
    const line = await ask().catch(() => undefined)
    if (line !== undefined && line !== told) tell(io, line)
    told = line
  }
}
