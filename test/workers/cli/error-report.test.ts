import { ActivityFailure, ApplicationFailure } from '@temporalio/common'
import { NightscoreError } from '../../../schemas/errors'
import { errorReport, redactSecrets } from '../../../workers/cli/error-report'

const wrong = new NightscoreError('JOB_NOT_FOUND', { found: 'no job "x"', expected: 'one of y' })

test('an error of the catalogue is told with found, expected, what to do and its code', () => {
  expect(errorReport(wrong)).toEqual({
    code: 'JOB_NOT_FOUND',
    message:
      'No such job: found no job "x"; expected one of y. Apply its file first: nightscore apply FILE. [JOB_NOT_FOUND]',
    exitCode: 1,
  })
})

test('the error of an activity is found behind the failures that Temporal wraps it in', () => {
  const cause = ApplicationFailure.nonRetryable('No file matches: found none', 'SOURCE_NO_FILES')
  const activity = new ActivityFailure(
    'Activity task failed',
    'planRun',
    '1',
    'IN_PROGRESS',
    undefined,
    cause,
  )
  const thrown = Object.assign(new Error('Workflow execution failed'), { cause: activity })
  expect(errorReport(thrown)).toEqual({
    code: 'SOURCE_NO_FILES',
    message: 'No file matches: found none',
    exitCode: 1,
  })
})

test.each([
  ['BATCH_KEY_INVALID', 2],
  ['INPUT_INVALID', 2],
  ['RUN_QUARANTINE_LIMIT', 3],
  ['SOURCE_ROWS_TOO_FEW', 3],
  ['MODEL_NOT_FOUND', 1],
] as const)('%s ends with exit code %i', (code, exitCode) => {
  expect(errorReport(new NightscoreError(code, { found: 'a', expected: 'b' })).exitCode).toBe(exitCode)
})

test('an unknown error is told by its innermost message', () => {
  expect(errorReport(new Error('outer', { cause: new Error('inner') }))).toEqual({
    code: null,
    message: 'inner',
    exitCode: 1,
  })
})

test('a refused connection, which has no message of its own, is told by its parts', () => {
  expect(
    errorReport(new AggregateError([new Error('refused ::1'), new Error('refused 127.0.0.1')])).message,
  ).toBe('refused ::1; refused 127.0.0.1')
})

test('what is thrown need not be an error', () => {
  expect(errorReport('no')).toEqual({ code: null, message: 'no', exitCode: 1 })
})

test('passwords in URLs and settings are never printed', () => {
  const text = 'cannot reach postgres://ann:s3cret@db:5432/x, password=s3cret&api_key=s3cret'
  expect(redactSecrets(text)).toBe('cannot reach postgres://ann:***@db:5432/x, password=***&api_key=***')
  expect(errorReport(new Error(text)).message).not.toContain('s3cret')
})

test('a password with a slash or a colon is not printed either', () => {
  expect(redactSecrets('postgres://ann:a/b:c@db/x')).not.toContain('b:c')
})
