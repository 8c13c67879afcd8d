import { NightscoreError } from '../../schemas/errors'
import type { Deps } from '../deps'
import { loadJob } from './job-store'

export interface PauseScheduleInput {
  /** As the server names it: nightscore/JOB. */
  readonly scheduleId: string
  /** Of the run that failed. */
  readonly workflowId: string
  /** docs/errors.md */
  readonly code: string
  readonly message: string
}

/** After a run that a schedule started has failed: pauses the schedule, with the reason as its note, if its job asks for it. */
export async function pauseSchedule(
  { connections, pauseTemporalSchedule }: Pick<Deps, 'connections' | 'pauseTemporalSchedule'>,
  { scheduleId, workflowId, code, message }: PauseScheduleInput,
): Promise<void> {
  const name = scheduleId.slice(scheduleId.indexOf('/') + 1)
  try {
    const { schedule } = await loadJob(connections.control, name)
    if (schedule?.pauseOnFailure !== true) return
  } catch (error) {
    if (error instanceof NightscoreError && error.code === 'JOB_NOT_FOUND') return // a schedule that somebody made by hand
    throw error
  }
  await pauseTemporalSchedule(
    scheduleId,
    `paused after ${workflowId} failed: ${code} ${message}`.slice(0, 1_000),
  )
}
