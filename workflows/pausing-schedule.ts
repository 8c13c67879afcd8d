import { CancellationScope, isCancellation, log, workflowInfo } from '@temporalio/workflow'
import { pauseSchedule } from './activities'
import { describeFailure } from './plan/describe-failure'
import { scheduledBy } from './scheduled-by'

/**
 * Does the work of a workflow; where it fails and a schedule started it, that schedule is paused if its job asks for it. The
 * server's own pausing leaves out starts that may overlap, which is how nights start.
 */
export async function pausingSchedule<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const { workflowId } = workflowInfo()
    const scheduleId = scheduledBy()
    const failure = describeFailure(error)
    // a batch that somebody scores by hand at the time is no failure of the schedule
    if (scheduleId !== undefined && !isCancellation(error) && failure.code !== 'RUN_IN_PROGRESS')
      await CancellationScope.nonCancellable(() =>
        pauseSchedule({ scheduleId, workflowId, ...failure }),
      ).catch((other: unknown) => log.warn('The schedule could not be paused', { scheduleId, error: other }))
    throw error
  }
}
