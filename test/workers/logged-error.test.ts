import { ApplicationFailure } from '@temporalio/common'
import { loggedError } from '../../workers/logged-error'

test('an expected failure is its code and message', () => {
  const failure = ApplicationFailure.create({ type: 'JOB_NOT_FOUND', message: 'No such job' })
  expect(loggedError(failure)).toEqual({ type: 'JOB_NOT_FOUND', message: 'No such job' })
  expect(loggedError(new Error('Activity failed', { cause: failure }))).toEqual({
    type: 'Error',
    message: 'Activity failed',
    cause: { type: 'JOB_NOT_FOUND', message: 'No such job' },
  })
})

test('an unexpected one keeps its stack', () => {
  expect(loggedError(new TypeError('x is not a function'))).toEqual({
    type: 'TypeError',
    message: 'x is not a function',
    stack: expect.stringContaining('logged-error.test'),
  })
})

test('what is no error stays as it is', () => expect(loggedError('gone')).toBe('gone'))
