import {
  ScheduleAlreadyRunning,
  ScheduleNotFoundError,
  ScheduleOverlapPolicy,
  type Client,
} from '@temporalio/client'
import { NightscoreError } from '../../schemas/errors'

/** The schedule of `maintain`, one a namespace. */
export const maintenanceScheduleId = 'nightscore-maintain'
/** Sunday night, when least is scored; UTC. */
const weekly = '17 3 * * 0'

/**
 * Makes the weekly schedule of `maintain` where there is none. One that is there stays as it is: paused, or at other times.
 * @returns whether it was made now
 * @throws NightscoreError TEMPORAL_REFUSED
 */
export async function ensureMaintenance(client: Client, taskQueue: string): Promise<boolean> {
  try {
    await client.schedule.getHandle(maintenanceScheduleId).describe()
    return false
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error
  }
  try {
    await client.schedule.create({
      scheduleId: maintenanceScheduleId,
      spec: { cronExpressions: [weekly], timezone: 'UTC' },
      policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '7 days' },
      action: {
        type: 'startWorkflow',
        workflowType: 'maintain',
        workflowId: 'maintain',
        taskQueue,
        args: [{}],
        staticSummary: 'Drop what retention does not keep',
      },
    })
    return true
  } catch (cause) {
    if (cause instanceof ScheduleAlreadyRunning) return false // another made it in this moment
    throw new NightscoreError('TEMPORAL_REFUSED', {
      found: cause instanceof Error ? cause.message : String(cause),
      expected: `a server that takes the schedule ${maintenanceScheduleId}`,
      cause,
    })
  }
}
