import { CancelledFailure, type ApplicationFailure } from '@temporalio/common'
import { asFailure } from '../../activities/failures'
import { NightscoreError } from '../../schemas/errors'

const going = { attempt: 1, signal: new AbortController().signal }
const aborted = (message: string) => {
  const controller = new AbortController()
  controller.abort(new CancelledFailure(message))
  return { attempt: 1, signal: controller.signal }
}

describe('asFailure', () => {
  it('makes wrong data final, under its code', () => {
    const failure = asFailure(
      new NightscoreError('SOURCE_CHANGED', { found: 'a', expected: 'b' }),
      going,
    ) as ApplicationFailure
    expect([failure.type, failure.nonRetryable, failure.details]).toEqual([
      'SOURCE_CHANGED',
      true,
      [{ found: 'a', expected: 'b' }],
    ])
  })

  it('lets the network be tried again', () => {
    const failure = asFailure(
      Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }),
      going,
    ) as ApplicationFailure
    expect([failure.type, failure.nonRetryable]).toEqual(['CONNECTION_REFUSED', false])
  })

  it('gives up on a defect at the fifth attempt', () => {
    const at = (attempt: number) => asFailure(new TypeError('x'), { ...going, attempt }) as ApplicationFailure
    expect([at(4).nonRetryable, at(5).nonRetryable]).toEqual([false, true])
  })

  it('hands a shard back when the worker stops, so that another takes it', () => {
    const failure = asFailure(
      new Error('whatever came of it'),
      aborted('WORKER_SHUTDOWN'),
    ) as ApplicationFailure
    expect([failure.type, failure.nonRetryable]).toEqual(['WORKER_STOPPING', false])
  })

  it('passes a cancellation on', () => {
    expect(asFailure(new Error('whatever'), aborted('CANCELLED'))).toBeInstanceOf(CancelledFailure)
  })
})
