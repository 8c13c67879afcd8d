import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common'
import { workflowInfo } from '@temporalio/workflow'

/** Set by the server on what a schedule starts. */
const scheduledStartTime = defineSearchAttributeKey(
  'TemporalScheduledStartTime',
  SearchAttributeType.DATETIME,
)

/** When this workflow was due, ISO 8601: its schedule's time, however late it started; without a schedule its start. */
export function dueTime(): string {
  const { startTime, typedSearchAttributes } = workflowInfo()
  return (typedSearchAttributes.get(scheduledStartTime) ?? startTime).toISOString()
}
