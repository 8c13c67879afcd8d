import type { WorkflowExecutionDescription } from '@temporalio/client'
import type { ErrorCode } from '../../schemas/errors'

/** What Temporal tells of a workflow that is under way. */
type Description = WorkflowExecutionDescription['raw']

/** A free worker takes a task within milliseconds; waiting longer means that there is none, in milliseconds. */
const taskWaitsMs = 3_000
/** Activities may wait for a slot while others run; with none running, this long, in milliseconds. */
const activityWaitsMs = 10_000
/** temporal.api.enums.v1.PendingWorkflowTaskState and PendingActivityState: the same number in both. */
const scheduled = 1

/**
 * Why a run does not get on, where Temporal can tell: nobody takes its tasks, it waits for its turn, or an activity fails and is
 * repeated.
 * @param nowMs milliseconds since 1970
 * @returns a sentence for people; undefined while all is well
 */
export function hindrance(description: Description, taskQueue: string, nowMs: number): string | undefined {
  const task = description.pendingWorkflowTask
  if (task && Number(task.state) === scheduled && nowMs - milliseconds(task.scheduledTime) > taskWaitsMs)
    return noWorker(taskQueue)
  const activities = description.pendingActivities ?? []
  const waiting = activities.find(
    ({ lastFailure }) => lastFailure?.applicationFailureInfo?.type === ('RUN_WAITS' satisfies ErrorCode),
  )
  if (waiting) return waiting.lastFailure?.message ?? undefined
  const failing = activities.find((activity) => (activity.attempt ?? 1) > 1 && activity.lastFailure?.message)
  if (failing)
    return `${failing.activityType?.name ?? 'an activity'} is being repeated: ${failing.lastFailure?.message ?? ''}`
  const nobody = activities.every(
    ({ state, scheduledTime }) =>
      Number(state) === scheduled && nowMs - milliseconds(scheduledTime) > activityWaitsMs,
  )
  return activities.length > 0 && nobody ? noWorker(taskQueue) : undefined
}

function noWorker(taskQueue: string): string {
  return `No worker takes tasks from the queue "${taskQueue}": start one with nightscore worker (or nightscore up). The run waits for it.`
}

type Timestamp = NonNullable<NonNullable<Description['pendingWorkflowTask']>['scheduledTime']>

function milliseconds(time: Timestamp | null | undefined): number {
  return Number(time?.seconds ?? 0) * 1_000
}
