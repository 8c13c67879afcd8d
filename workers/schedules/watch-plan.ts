import type { ScheduleOptions, ScheduleOptionsStartWorkflowAction } from '@temporalio/client'
import type { JobFile } from '../../schemas/job-file'
import type { watchBatch } from '../../workflows/watch-batch'
import { plannedSchedule, scheduleOptions, type SchedulePlan } from './schedule-plan'

/** The id of the schedule that starts a job's watch. Job names hold no slash, so it is no job's own. */
export const watchScheduleId = (job: string): string => `nightscore-due/${job}`

type Watched = Pick<JobFile, 'name' | 'batch' | 'schedule' | 'alerts'>

/** Whether somebody is to hear of a batch of the job that is late. */
export function isWatched({ schedule, alerts }: Pick<JobFile, 'schedule' | 'alerts'>): boolean {
  return schedule?.due !== undefined && alerts?.on.includes('late') === true
}

/** The schedule that looks after each batch that the job's own schedule starts, at the same times; null: none. */
export function plannedWatch(job: Watched, taskQueue: string): SchedulePlan | null {
  const plan = plannedSchedule(job, taskQueue)
  if (plan === null || !isWatched(job)) return null
  return {
    ...plan,
    jitterMs: 0,
    overlap: 'ALLOW_ALL',
    pauseOnFailure: false,
    note: null,
    workflowType: 'watchBatch',
  }
}

/** The plan as Temporal takes it. */
export function watchOptions(
  job: string,
  plan: SchedulePlan,
): ScheduleOptions<ScheduleOptionsStartWorkflowAction<typeof watchBatch>> {
  return {
    ...scheduleOptions(job, plan),
    scheduleId: watchScheduleId(job),
    action: {
      type: 'startWorkflow',
      workflowType: 'watchBatch',
      workflowId: `due/${job}`,
      taskQueue: plan.taskQueue,
      args: [{ job }],
      staticSummary: `Is ${job} late?`.slice(0, 200),
    },
  }
}
