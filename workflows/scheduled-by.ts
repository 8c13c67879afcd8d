import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common'
import { workflowInfo } from '@temporalio/workflow'

/** Set by the server on what a schedule starts. */
const scheduledById = defineSearchAttributeKey('TemporalScheduledById', SearchAttributeType.KEYWORD)

/** The id of the schedule that started this workflow; undefined: none did. */
export function scheduledBy(): string | undefined {
  return workflowInfo().typedSearchAttributes.get(scheduledById)
}
