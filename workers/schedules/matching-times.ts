import type { Client } from '@temporalio/client'
import { msNumberToTs, tsToDate } from '@temporalio/common/lib/time'
import { scheduleId } from './schedule-plan'

/** When a job's schedule starts its action in [from, to], by the server's own reckoning; ISO 8601, at most the first 1,000. */
export async function matchingTimes(client: Client, job: string, from: Date, to: Date): Promise<string[]> {
  const { startTime } = await client.workflowService.listScheduleMatchingTimes({
    namespace: client.options.namespace,
    scheduleId: scheduleId(job),
    startTime: msNumberToTs(from.getTime()),
    endTime: msNumberToTs(to.getTime()),
  })
  return startTime.map((time) => tsToDate(time).toISOString())
}
