import { setTimeout as sleep } from 'node:timers/promises'
import type { WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client'
import type { RunSummary } from '../../schemas/run'
import type { scoreBatch } from '../../workflows/score-batch'
import type { CliIo } from './cli-io'
import { hindrance } from './hindrance'
import { resultOrDetached } from './result-or-detached'
import { createRunProgress, type RunProgress } from './run-progress'
import { runStatus } from './run-status'
import type { Session } from './session'

export type RunHandle = WorkflowHandleWithFirstExecutionRunId<typeof scoreBatch>

/** Between two looks at the database, in milliseconds. */
const lookEveryMs = 250
/** Between two questions to Temporal about what hinders the run, in milliseconds. */
const askEveryMs = 2_000

/**
 * Follows a run to its end, showing how far it is.
 * @returns its summary; undefined where Ctrl-C ended the following: the run goes on
 * @throws Temporal's WorkflowFailedError, its innermost cause the error of the run
 */
export async function followRun(
  io: CliIo,
  session: Session,
  handle: RunHandle,
  label: string,
): Promise<RunSummary | undefined> {
  const progress = createRunProgress(io, label)
  const ended = new AbortController()
  const watching = watch(session, handle, progress, ended.signal)
  try {
    return await resultOrDetached(io, handle)
  } finally {
    ended.abort()
    await watching
    await look(session, handle, progress) // a quick run is over before anybody saw its last state
    progress.end()
  }
}

/** Until the signal. What is shown must not end what is shown: errors of looking are passed over. */
async function watch(
  session: Session,
  handle: RunHandle,
  progress: RunProgress,
  signal: AbortSignal,
): Promise<void> {
  let askAt = Date.now() + askEveryMs
  let noted: string | undefined
  while (!signal.aborted) {
    await look(session, handle, progress)
    if (Date.now() >= askAt) {
      const description = await handle.describe().catch(() => undefined)
      const obstacle = description && hindrance(description.raw, session.config.taskQueue, Date.now())
      if (obstacle !== undefined && obstacle !== noted) progress.note(obstacle)
      noted = obstacle
      askAt = Date.now() + askEveryMs
    }
    await sleep(lookEveryMs, undefined, { signal }).catch(() => undefined)
  }
}

async function look({ connections }: Session, handle: RunHandle, progress: RunProgress): Promise<void> {
  const status = await runStatus(connections.control, handle.firstExecutionRunId).catch(() => undefined)
  if (status) progress.update(status)
}
