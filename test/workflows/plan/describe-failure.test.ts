import {
  ActivityFailure,
  ApplicationFailure,
  CancelledFailure,
  ChildWorkflowFailure,
} from '@temporalio/common'
import { describeFailure } from '../../../workflows/plan/describe-failure'

const activity = (cause: Error) =>
  new ActivityFailure('Activity task failed', 'scoreShard', '1', 'NON_RETRYABLE_FAILURE', 'w', cause)

describe('describeFailure', () => {
  const raised = ApplicationFailure.create({ type: 'SOURCE_CHANGED', message: 'changed', nonRetryable: true })

  it('finds what the activity itself raised', () => {
    expect(describeFailure(activity(raised))).toEqual({ code: 'SOURCE_CHANGED', message: 'changed' })
  })

  it('finds it through a child workflow', () => {
    const child = new ChildWorkflowFailure(
      'default',
      { workflowId: 'a', runId: 'b' },
      'scoreShards',
      'NON_RETRYABLE_FAILURE',
      activity(raised),
    )
    expect(describeFailure(child).code).toBe('SOURCE_CHANGED')
  })

  it('tells a cancelled run', () => {
    expect(describeFailure(activity(new CancelledFailure('x'))).code).toBe('CANCELLED')
  })

  it('keeps the message of anything else', () => {
    expect(describeFailure(new TypeError('no such thing'))).toEqual({
      code: 'UNEXPECTED',
      message: 'no such thing',
    })
  })
})
