import { composeAlert, tellableError } from '../../../activities/alerts/compose-alert'
import type { AlertRun } from '../../../schemas/alert'

const run: AlertRun = {
  runId: '0b6f3a52-8f0c-4a39-9a55-6f1f3d3f5a11',
  revision: 2,
  model: 'flights-late@3',
  state: 'failed',
  verdict: 'fail',
  headline: 'dep_delay is in another unit <minutes>',
  report: 'https://reports.example/reports/0b6f3a52',
  rows: { read: 10, scored: 9, quarantined: 1, filtered: 0 },
  error: { code: 'GATE_FAILED', message: 'A gate of the job failed the run' },
  hold: null,
}
const about = { job: 'flights-late', batch: '2013-07-04', at: '2013-07-05T02:10:00.000Z', run }

test('a failed run is told with its headline, its error and what to do', () => {
  const { text, ...rest } = composeAlert({ ...about, event: 'fail' })
  expect(text).toBe(
    'Nightscore: flights-late 2013-07-04 failed (revision 2, flights-late@3, run 0b6f3a52).\n' +
      'dep_delay is in another unit &lt;minutes&gt;\nA gate of the job failed the run\n' +
      'Report: https://reports.example/reports/0b6f3a52. See nightscore run show 0b6f3a52; go on with nightscore run resume 0b6f3a52. Readers see the batch’s former predictions until a run publishes.',
  )
  expect(rest).toMatchObject({ ...about, event: 'fail' })
})

test('a held run is told with its gate, its deadline and how to decide', () => {
  const hold = { why: 'gate 1: psi of score is 0.6', until: '2013-07-06T02:00:00.000Z' }
  const { text } = composeAlert({ ...about, event: 'hold', run: { ...run, error: null, hold } })
  expect(text).toContain('Report: https://reports.example/reports/0b6f3a52.')
  expect(text).toContain('is held until 2013-07-06T02:00:00.000Z')
  expect(text).toContain('gate 1: psi of score is 0.6')
  expect(text).toContain('nightscore run approve 0b6f3a52 --why TEXT')
})

test.each([
  [null, 'There is no run of it: its schedule did not start one.', 'nightscore schedule list'],
  [run, 'Its newest run is failed (revision 2', 'nightscore run show 0b6f3a52'],
])('a late batch is told with the state of its newest run', (newest, state, fix) => {
  const { text } = composeAlert({ ...about, event: 'late', due: '2013-07-05T06:00:00.000Z', run: newest })
  expect(text).toContain('is late: not published at 2013-07-05T06:00:00.000Z.')
  expect(text).toContain(state)
  expect(text).toContain(fix)
})

test('an error that may quote rows is told by its catalogue entry alone', () => {
  const told = tellableError('DUPLICATE_KEYS', 'found flight 4711 of Jane Doe twice')
  expect(told).toEqual({
    code: 'DUPLICATE_KEYS',
    message: 'The batch has rows with the same key. Mend the source, or name more key columns.',
  })
  expect(tellableError('UNEXPECTED', 'row 4711 of Jane Doe').message).toBe('See the run.')
})
