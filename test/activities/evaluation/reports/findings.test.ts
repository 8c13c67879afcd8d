import type { ProfileColumn } from '../../../../activities/evaluation/profiles/profile-column'
import { composeReport } from '../../../../activities/evaluation/reports/compose-report'
import { plainMetric } from '../../../../activities/evaluation/quality/plain-metric'
import type { GateResult, MetricValue } from '../../../../schemas/metric'
import type { Report } from '../../../../schemas/report'
import { flights, mapped, mostlyMissing, nightParts, renamed, type Columns } from './flights-night'
import { fullReport } from './full-report'

type Changes = (columns: Columns) => readonly (readonly [string, ProfileColumn])[]

/** The report of a night with some of its columns changed. */
function reportOf(change: Changes, gates: readonly GateResult[] = []): Report {
  const columns = flights(943, 2)
  return composeReport({ ...nightParts(new Map([...columns, ...change(columns)])), gates })
}
const temp = 'feature/temp'
const score = 'prediction/score'
const lines = ({ findings }: Report): string[] =>
  findings.map(({ verdict, sentence }) => `${verdict} ${sentence}`)

test('a night like those before it has no findings', () => {
  const report = reportOf(() => [])
  expect(report).toMatchObject({ verdict: 'ok', findings: [] })
  expect(report.headline).toBe(
    '943 rows scored, nothing over its limits: 6 columns are like the reference (28 batches, 2013-06-06 to 2013-07-03)',
  )
})

test('columns whose distances could not be judged are not told to be like the reference', () => {
  const night = nightParts(flights(943, 2))
  const skip = (metric: MetricValue): MetricValue =>
    metric.metric.endsWith('_rate') ? metric : { ...metric, verdict: 'skipped', reason: '3 former values' }
  const { verdict, headline } = composeReport({ ...night, metrics: night.metrics.map(skip) })
  expect(verdict).toBe('ok')
  expect(headline).toBe(
    '943 rows scored, nothing over its limits; the distances of 6 columns could not be judged (3 former values)',
  )
})

test.each<[string, Changes, string | RegExp]>([
  [
    'a column gone 95 % null',
    (c) => [[temp, mostlyMissing(c.get(temp), 20)]],
    'temp is missing in 94.9 % of rows; 0 % in the reference: did its source stop filling it?',
  ],
  [
    'a category renamed',
    (c) => [['feature/carrier', renamed(c.get('feature/carrier'), 'UA', 'United')]],
    'carrier: UA (18.0 % of the reference) is gone, United (19.5 %) is new: renamed?',
  ],
  [
    'all categories in small letters',
    (c) => [
      [
        'feature/origin',
        ['EWR', 'JFK', 'LGA'].reduce<ProfileColumn>(
          (column, name) => renamed(column, name, name.toLowerCase()),
          c.get('feature/origin')!,
        ),
      ],
    ],
    /^origin: (JFK|EWR|LGA) .* is gone, (jfk|ewr|lga) .*: written in another way\?$/,
  ],
  [
    'Fahrenheit turned Celsius',
    (c) => [[temp, mapped(c.get(temp), (f) => ((f - 32) * 5) / 9)]],
    'temp looks like Fahrenheit turned Celsius: mean 72.1 -> 22.3, sd 9.8 -> 5.46',
  ],
  [
    'Celsius in a night that was hotter and steadier than the month before it',
    (c) => [[temp, mapped(c.get(temp), (f) => ((80 + (f - 72) * 0.4 - 32) * 5) / 9)]],
    /^temp looks like Fahrenheit turned Celsius: mean 72.1 -> 26.7, sd 9.8 -> 2.18/,
  ],
  [
    'miles turned kilometres',
    (c) => [['feature/distance', mapped(c.get('feature/distance'), (miles) => miles * 1.609344)]],
    'distance looks like miles turned kilometres: mean 1,006 -> 1,552, sd 719 -> 1,123',
  ],
  [
    'miles per hour turned metres per second',
    (c) => [['feature/wind_speed', mapped(c.get('feature/wind_speed'), (mph) => mph * 0.44704)]],
    /^wind_speed looks like miles per hour turned m\/s: mean 8\.\d+ -> 3\.\d+/,
  ],
  [
    'a share as percent',
    (c) => [['feature/wind_speed', mapped(c.get('feature/wind_speed'), (value) => value * 100)]],
    /^wind_speed looks multiplied by 100: mean/,
  ],
  [
    'a column that is stuck',
    (c) => [[temp, mapped(c.get(temp), () => 72)]],
    'temp is 72 in all 943 rows, the reference has 36 to 118: stuck, or filled by a default?',
  ],
  [
    'a column that drifted',
    (c) => [[temp, mapped(c.get(temp), (f) => f + 12)]],
    'temp drifted: mean 72.1 -> 84.2, sd 9.8 -> 9.83; psi 1.38, fails above 0.25, q < 1e-16',
  ],
  [
    'values that are not numbers',
    (c) => [[temp, mapped(c.get(temp), (f) => (f > 80 ? NaN : f))]],
    /^temp is not a number \(NaN\) in 2\d\.\d % of its rows/,
  ],
])('%s: the first line names the column and the cause', (_, change, headline) => {
  const report = reportOf(change)
  expect(report.verdict).toBe('fail')
  if (typeof headline === 'string') expect(report.headline).toBe(headline)
  else expect(report.headline).toMatch(headline)
  expect(report.findings).toHaveLength(1)
})

test.each<[number, string | RegExp]>([
  [471, '471 rows, half of the 944 of the last 28 batches (median): is a part of the feed missing?'],
  [1_887, '1,887 rows, twice the 944 of the last 28 batches (median): is it loaded twice?'],
  [120, /^120 rows, 12.7 % of the 944/],
])('a night of %d rows: the first line says how many there usually are', (rows, headline) => {
  const report = composeReport(nightParts(flights(rows, 2), { rows }))
  expect(report.verdict).toBe('fail')
  if (typeof headline === 'string') expect(report.headline).toBe(headline)
  else expect(report.headline).toMatch(headline)
})

test('a feed that is cut explains the columns that lack their other half: it comes first whatever their severity', () => {
  const columns = flights(471, 2)
  const report = composeReport(
    nightParts(new Map([...columns, [temp, mapped(columns.get(temp), (f) => f + 12)] as const]), {
      rows: 471,
    }),
  )
  expect(lines(report)).toEqual([
    expect.stringMatching(/^fail 471 rows, half of the 944/),
    expect.stringMatching(/^fail temp drifted/),
  ])
})

test('a recognised fault comes before what is only far from usual, whatever their severity', () => {
  const report = reportOf((c) => [
    ['feature/wind_speed', mapped(c.get('feature/wind_speed'), (v) => v ** 3)],
    ['feature/distance', mapped(c.get('feature/distance'), (miles) => miles * 1.609344)],
  ])
  expect(report.columns[0]).toMatchObject({ column: 'wind_speed' })
  expect(lines(report)).toEqual([
    expect.stringMatching(/^fail distance looks like miles turned kilometres/),
    expect.stringMatching(/^fail wind_speed/),
  ])
})

test('a prediction that moved comes after the inputs that moved it, and names them', () => {
  const report = reportOf((c) => [
    [temp, mapped(c.get(temp), (f) => f + 6)],
    [score, mapped(c.get(score), (p) => p / 2 + 0.3)],
  ])
  expect(report.columns[0]).toMatchObject({ column: 'score' }) // the worse one by far
  expect(lines(report)).toEqual([
    expect.stringMatching(/^fail temp drifted/),
    expect.stringMatching(
      /^fail score \(a prediction\) drifted: mean 0.2 -> 0.404, .*; its inputs temp changed$/,
    ),
  ])
})

test('a column of another type warns: the run’s verdict does not rest on it', () => {
  const report = reportOf((c) => [['feature/carrier', c.get(temp)!]])
  expect(lines(report)).toEqual(['warn carrier changed its type: number now, text in the reference'])
})

test('a gate speaks louder than the metric’s own rule, and is named', () => {
  const change: Changes = (c) => [[temp, mapped(c.get(temp), (f) => f + 12)]]
  const gate = {
    gateNo: 2,
    scope: 'feature',
    column: 'temp',
    segment: null,
    metric: 'psi',
    value: 1.38,
    limitAt: 0.2,
  } as const
  const quiet = {
    ...gate,
    gateNo: 3,
    metric: 'psi',
    scope: 'prediction',
    column: 'score',
    value: 0.02,
    limitAt: 0.01,
  } as const
  const report = reportOf(change, [
    { ...gate, action: 'fail', reason: null },
    { ...quiet, action: 'hold', reason: null },
  ])
  expect(lines(report)).toEqual([
    expect.stringMatching(/^fail temp drifted: .*psi 1.38, fails above 0.2, .*; gate 2 says fail$/),
    expect.stringMatching(
      /^hold score \(a prediction\) drifted: .*psi 0.02, holds above 0.01.*; gate 3 says hold$/,
    ),
  ])
})

test('a number that only a gate knows is told as the gate has it', () => {
  const gate = {
    scope: 'speed',
    column: null,
    segment: null,
    metric: 'inference_ms_p99',
    reason: null,
  } as const
  const report = reportOf(() => [], [{ ...gate, gateNo: 1, value: 31.2, limitAt: 20, action: 'warn' }])
  expect(lines(report)).toEqual(['warn inference ms p99 31.2, warns above 20; gate 1 says warn'])
  expect(report.findings[0]!.severity).toBeCloseTo(0.78) // a warn limit counts half
})

test('accuracy under its limit, and changes of the schema, with their evidence', () => {
  const parts = nightParts(flights(943, 2))
  const schema = plainMetric({
    scope: 'quality',
    metric: 'schema_changes',
    value: 2,
    nCurrent: 943,
    warnAt: 0,
    verdict: 'warn',
    reason: 'gate is new (VARCHAR); dep is gone',
  })
  expect(lines(composeReport({ ...parts, metrics: [...parts.metrics, schema] }))).toEqual([
    'warn 2 of the source’s columns changed: gate is new (VARCHAR); dep is gone',
  ])
  expect(lines(fullReport())).toContain(
    'fail roc_auc 0.612 (95 % 0.57 to 0.654), 902 labelled rows; fails below 0.64',
  )
})

test('a segment’s trouble is told where all rows have none, once, as a warning', () => {
  const apart = flights(400, 4)
  const wind = 'feature/wind_speed'
  const segments = new Map([
    ['origin=JFK', new Map([...apart, [wind, mapped(apart.get(wind), (v) => v + 6)] as const])],
  ])
  const columns = flights(943, 2)
  expect(lines(composeReport(nightParts(columns, { segments })))).toEqual([
    expect.stringMatching(/^warn wind_speed of origin=JFK: psi .*, fails above 0.25/),
  ])
  const everywhere = new Map([...columns, [wind, mapped(columns.get(wind), (v) => v + 6)] as const])
  expect(lines(composeReport(nightParts(everywhere, { segments })))).toEqual([
    expect.stringMatching(/^fail wind_speed drifted/),
  ])
})

test('names that would turn or break a line are written out', () => {
  const parts = nightParts(flights(943, 2))
  const evil = 'x\n\u001b[31m\u202e<b>'
  const value = plainMetric({
    scope: 'feature',
    column: evil,
    metric: 'psi',
    value: 2,
    nCurrent: 943,
    warnAt: 0.1,
    failAt: 0.25,
    verdict: 'fail',
  })
  const report = composeReport({ ...parts, metrics: [...parts.metrics, value] })
  expect(report.headline).toBe('x\\u{a}\\u{1b}[31m\\u{202e}<b> drifted: psi 2, fails above 0.25')
})
