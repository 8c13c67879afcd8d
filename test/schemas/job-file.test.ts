import fs from 'node:fs'
import path from 'node:path'
import { parse } from 'yaml'
import { carriedColumns, jobFileSchema } from '../../schemas/job-file'
import { strictParse } from '../../schemas/strict-parse'

const example = parse(
  fs.readFileSync(path.resolve(__dirname, '..', '..', 'examples', 'flights', 'job.yaml'), 'utf8'),
) as Record<string, unknown>
const least = { name: 'j', model: 'm@1', source: { parquet: 'x' }, key: ['id'], sink: { postgres: 'p.t' } }
const parsing = (change: object) => () =>
  strictParse(jobFileSchema, { ...least, ...change }, 'JOB_INVALID', 'job.yaml')
const gate = { metric: 'psi', of: 'features', warn: 0.1 }

test('the example is a job, with labels and what watches over it', () => {
  const { labels, monitor } = strictParse(jobFileSchema, example, 'JOB_INVALID', 'job.yaml')
  expect(labels).toMatchObject({ column: 'late', maturity: '1d' })
  expect(monitor).toMatchObject({
    reference: { trailing: 28 },
    thresholds: 'trailing',
    segments: ['carrier', 'origin'],
  })
  expect(monitor.gates).not.toHaveLength(0)
})

test('without `monitor`, and with an empty one, runs are compared with the last 28 batches', () => {
  const byDefault = { reference: { trailing: 28 }, segments: [], thresholds: 'fixed', except: [], gates: [] }
  expect(parsing({})().monitor).toEqual(byDefault)
  expect(parsing({ monitor: {} })().monitor).toEqual(byDefault)
})

test.each([
  ['the package’s own', 'model'],
  ['the last batches', { trailing: 7 }],
  ['a range of batches', { batches: ['2013-06-01', '2013-06-30'] }],
  ['a file', { parquet: 'reference.parquet' }],
])('a reference may be %s', (_, reference) => {
  expect(parsing({ monitor: { reference } })().monitor.reference).toEqual(reference)
})

test.each(['features', 'prediction', 'label', 'quality', 'skew', 'accuracy', 'speed'])(
  'a gate may be of %s',
  (of) => {
    expect(parsing({ monitor: { gates: [{ ...gate, of, hold: 'trailing' }] } })().monitor.gates).toEqual([
      { metric: 'psi', of, except: [], segments: false, warn: 0.1, hold: 'trailing' },
    ])
  },
)

test.each([
  [
    'an unknown field of monitor',
    { monitor: { refrence: 'model' } },
    /unknown key "monitor.refrence" \(nearest: "reference"\)/,
  ],
  ['an unknown kind of reference', { monitor: { reference: 'last night' } }, /monitor\.reference/],
  ['no trailing batch at all', { monitor: { reference: { trailing: 0 } } }, /monitor\.reference/],
  ['half a range', { monitor: { reference: { batches: ['2013-06-01'] } } }, /monitor\.reference/],
  ['a segment twice', { monitor: { segments: ['a', 'a'] } }, /monitor\.segments = .*each column once/],
  ['more than ten segments', { monitor: { segments: 'abcdefghijk'.split('') } }, /monitor\.segments/],
  ['thresholds of another kind', { monitor: { thresholds: 'loose' } }, /monitor\.thresholds = "loose"/],
  [
    'a gate without a limit',
    { monitor: { gates: [{ metric: 'psi', of: 'features' }] } },
    /monitor\.gates\.0 = .*warn, hold or fail/,
  ],
  [
    'a gate of nothing',
    { monitor: { gates: [{ metric: 'psi', warn: 1 }] } },
    /monitor\.gates\.0\.of = nothing/,
  ],
  [
    'a gate of something unknown',
    { monitor: { gates: [{ ...gate, of: 'labels' }] } },
    /monitor\.gates\.0\.of = "labels"/,
  ],
  [
    'a limit that is no number',
    { monitor: { gates: [{ ...gate, fail: 'often' }] } },
    /monitor\.gates\.0\.fail/,
  ],
  ['a gate of no columns', { monitor: { gates: [{ ...gate, columns: [] }] } }, /monitor\.gates\.0\.columns/],
  [
    'an unknown field of a gate',
    { monitor: { gates: [{ ...gate, fails: 1 }] } },
    /unknown key "monitor\.gates\.0\.fails" \(nearest: "fail"\)/,
  ],
  ['labels without a column', { labels: { parquet: 'x' } }, /labels\.column = nothing/],
  [
    'labels of two sources',
    { labels: { parquet: 'x', csv: 'y', column: 'c' } },
    /labels = .*at most one of parquet, csv and postgres/,
  ],
  [
    'a maturity without a unit',
    { labels: { column: 'c', maturity: '3' } },
    /labels\.maturity = "3"; expected .*a number and s, m, h or d/,
  ],
  ['a schedule without a time', { schedule: {} }, /schedule\.cron = nothing/],
  ['a cron of six fields', { schedule: { cron: '0 0 2 * * *' } }, /schedule\.cron = .*five fields/],
  ['an unknown overlap', { schedule: { cron: '0 2 * * *', overlap: 'wait' } }, /schedule\.overlap = "wait"/],
  ['a hold without a unit', { hold: { timeout: '24' } }, /hold\.timeout = "24"/],
  ['no run at a time', { maxConcurrentRuns: 0 }, /maxConcurrentRuns = 0/],
  ['a shadow without a version', { shadow: 'flights-late' }, /shadow = "flights-late".*name@version/],
  ['no revision kept', { retention: { revisions: 0 } }, /retention\.revisions = 0/],
  ['a webhook written out', { alerts: { webhook: 'https://example.com/x' } }, /alerts\.webhook = /],
  ['alerts on nothing', { alerts: { webhook: 'NIGHTSCORE_CONNECTION_A', on: [] } }, /alerts\.on/],
])('%s is refused by name', (_, change, message) => {
  expect(parsing(change)).toThrow(message)
})

test('labels may come by command only', () => {
  expect(parsing({ labels: { column: 'late' } })().labels).toEqual({ column: 'late', maturity: '1d' })
})

test('segments are carried beside the predictions, each once', () => {
  const job = parsing({ key: ['id'], carry: ['b', 'a'], monitor: { segments: ['id', 'a', 'c'] } })()
  expect(carriedColumns(job)).toEqual(['b', 'a', 'c'])
})

test('operations have safe defaults', () => {
  expect(parsing({ schedule: { cron: '0 2 * * *' } })()).toMatchObject({
    schedule: { overlap: 'allow-all', catchUp: '12h', jitter: '0s', pauseOnFailure: false },
    maxConcurrentRuns: 2,
    hold: { timeout: '24h' },
    promotion: { requires: ['golden'], verdict: 'non-inferiority', margin: 0.005 },
    retention: { revisions: 2, days: 400 },
  })
})
