import { isGrpcServiceError, ServiceError } from '@temporalio/client'
import { NightscoreError } from '../../schemas/errors'
import type { JobFile } from '../../schemas/job-file'
import { matchingTimes } from '../schedules/matching-times'
import { scheduleSurprises, surpriseLines } from '../schedules/schedule-surprises'
import { syncSchedule, syncWatch, type ScheduleChange } from '../schedules/sync-schedule'
import type { Session } from './session'

const yearMs = 366 * 86_400_000

/** What `apply` did to a job's schedule. */
export interface AppliedSchedule {
  readonly change: ScheduleChange
  /** Sentences on days on which it does other than on all others. */
  readonly warnings: readonly string[]
}

/**
 * Brings Temporal's schedule in line with a job that is being applied. Temporal is not asked where the job has no schedule and
 * never had one.
 * @throws NightscoreError TEMPORAL_UNREACHABLE, JOB_INVALID; the caller then stores nothing, so that job and schedule agree
 */
export async function applySchedule(
  { config, temporal }: Pick<Session, 'config' | 'temporal'>,
  job: JobFile,
  everScheduled: boolean,
): Promise<AppliedSchedule> {
  if (job.schedule === undefined && !everScheduled) return { change: 'none', warnings: [] }
  try {
    const client = await temporal()
    const change = await syncSchedule(client, job, config.taskQueue)
    await syncWatch(client, job, config.taskQueue)
    if (job.schedule === undefined) return { change, warnings: [] }
    const now = new Date()
    // what it is asked for is only told: the schedule is in place by now
    const times = await matchingTimes(client, job.name, now, new Date(now.getTime() + yearMs)).catch(() => [])
    return { change, warnings: surpriseLines(scheduleSurprises(job, times)) }
  } catch (error) {
    throw withAdvice(error)
  }
}

function withAdvice(error: unknown): unknown {
  const fix =
    'The job stays as it was; nightscore schedule list tells whether its schedule does. Check TEMPORAL_ADDRESS, TEMPORAL_TLS_* and TEMPORAL_API_KEY, then apply the file again.'
  if (error instanceof NightscoreError)
    return error.code === 'TEMPORAL_UNREACHABLE'
      ? new NightscoreError(error.code, { ...error.facts, fix })
      : error
  if (!(error instanceof ServiceError) && !isGrpcServiceError(error)) return error
  return new NightscoreError('TEMPORAL_UNREACHABLE', {
    found: error.message,
    expected: 'a Temporal server that takes the job’s schedule',
    fix,
    cause: error,
  })
}
