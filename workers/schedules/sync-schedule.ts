import {
  ScheduleNotFoundError,
  type Client,
  type ScheduleDescription,
  type ScheduleHandle,
  type ScheduleOptions,
  type ScheduleOptionsStartWorkflowAction,
} from '@temporalio/client'
import type { Workflow } from '@temporalio/common'
import { NightscoreError } from '../../schemas/errors'
import type { JobFile } from '../../schemas/job-file'
import {
  planDifferences,
  plannedSchedule,
  scheduleId,
  scheduleInForce,
  scheduleOptions,
  type SchedulePlan,
} from './schedule-plan'
import { plannedWatch, watchOptions, watchScheduleId } from './watch-plan'

export type ScheduleChange = 'created' | 'updated' | 'removed' | 'unchanged' | 'none'

/**
 * Makes the job's Temporal Schedule what its file says: creates, updates or removes it, or leaves it. A paused schedule stays
 * paused, with its reason.
 * @returns what was done; `none`: the file has no schedule, and there was none
 * @throws NightscoreError JOB_INVALID where the server refuses the cron line or the time zone, TEMPORAL_UNREACHABLE
 */
export async function syncSchedule(
  client: Client,
  job: Pick<JobFile, 'name' | 'batch' | 'schedule'>,
  taskQueue: string,
): Promise<ScheduleChange> {
  const plan = plannedSchedule(job, taskQueue)
  const options = plan && scheduleOptions(job.name, plan)
  return syncPlan(client, { id: scheduleId(job.name), plan, options, job })
}

/** The same of the schedule that tells of the job's late batches. */
export async function syncWatch(
  client: Client,
  job: Pick<JobFile, 'name' | 'batch' | 'schedule' | 'alerts'>,
  taskQueue: string,
): Promise<ScheduleChange> {
  const plan = plannedWatch(job, taskQueue)
  const options = plan && watchOptions(job.name, plan)
  return syncPlan(client, { id: watchScheduleId(job.name), plan, options, job })
}

interface Wanted {
  readonly id: string
  readonly plan: SchedulePlan | null
  readonly options: ScheduleOptions<ScheduleOptionsStartWorkflowAction<Workflow>> | null
  readonly job: Pick<JobFile, 'batch' | 'schedule'>
}

async function syncPlan(client: Client, { id, plan, options, job }: Wanted): Promise<ScheduleChange> {
  const handle = client.schedule.getHandle(id)
  const former = await describeIfAny(handle)
  if (plan === null || options === null) {
    if (former === undefined) return 'none'
    await handle.delete()
    return 'removed'
  }
  try {
    if (former === undefined) {
      await client.schedule.create(options)
      return 'created'
    }
    if (planDifferences(plan, scheduleInForce(former)).length === 0) return 'unchanged'
    await handle.update(({ state }) => ({ ...options, state: state.paused ? state : { ...options.state } }))
    return 'updated'
  } catch (error) {
    throw refusal(error, job)
  }
}

/** A job's schedule as the server has it; undefined: none. */
export async function describeSchedule(
  client: Client,
  job: string,
): Promise<ScheduleDescription | undefined> {
  return describeIfAny(client.schedule.getHandle(scheduleId(job)))
}

async function describeIfAny(handle: ScheduleHandle): Promise<ScheduleDescription | undefined> {
  try {
    return await handle.describe()
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return undefined
    throw error
  }
}

/** The SDK raises what the server finds wrong with a schedule as a TypeError. */
function refusal(error: unknown, { schedule, batch }: Pick<JobFile, 'batch' | 'schedule'>): unknown {
  if (!(error instanceof TypeError)) return error
  return new NightscoreError('JOB_INVALID', {
    found: `schedule.cron "${schedule?.cron}" in batch.timezone ${batch.timezone}: ${error.message}`,
    expected: 'a cron line and a time zone that the Temporal server knows',
    cause: error,
  })
}
