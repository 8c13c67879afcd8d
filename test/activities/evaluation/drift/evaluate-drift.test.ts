import { evaluateDrift, type DriftOptions } from '../../../../activities/evaluation/drift/evaluate-drift'
import type { ProfileColumn, ProfileColumns } from '../../../../activities/evaluation/profiles/profile-column'
import {
  referenceProfile,
  type ReferenceProfile,
} from '../../../../activities/evaluation/profiles/reference-profile'
import { rowHashes } from '../../../../activities/evaluation/profiles/row-hashes'
import { shardProfile, type Profile } from '../../../../activities/evaluation/profiles/shard-profile'
import type { MetricValue } from '../../../../schemas/metric'

const rows = 1_000
/** In [0, 1), each value once, in no order. */
const spread = Float64Array.from({ length: rows }, (_, i) => ((i * 617) % rows) / rows)
const dictionary = ['a', 'b', 'c', 'new']
const normal = new Map<string, ProfileColumn>([
  ['temp', { values: spread.map((u) => 40 + 50 * u) }],
  ['wind', { values: spread.map((u) => u * u) }],
  ['carrier', { dictionary, codes: Int32Array.from(spread, (u) => Math.floor(3 * u)) }],
])
const reference = referenceProfile(normal)

const profileOf = (columns: ProfileColumns, on: ReferenceProfile = reference): Profile => {
  const n =
    [...columns.values()].map((column) => ('codes' in column ? column.codes : column.values).length)[0] ?? 0
  const profiler = shardProfile.create(on, { shardNo: 0, batchRows: n })
  shardProfile.add(profiler, columns, rowHashes(n))
  return shardProfile.extract(profiler)
}
const evaluate = (changes: readonly [string, ProfileColumn][], options?: DriftOptions): MetricValue[] =>
  evaluateDrift({ all: reference }, { all: profileOf(new Map([...normal, ...changes])) }, options)
const find = (values: readonly MetricValue[], column: string | null, metric: string): MetricValue =>
  values.find((value) => value.column === column && value.metric === metric)!
const alarms = (values: readonly MetricValue[]): string[] =>
  values.filter(({ verdict }) => verdict === 'fail').map(({ column, metric }) => `${column ?? ''} ${metric}`)

test('the reference against itself: nothing warns, every distance is 0', () => {
  const values = evaluate([])
  expect(new Set(values.map(({ verdict }) => verdict))).toEqual(new Set(['ok', 'none']))
  expect(find(values, null, 'drifted_share')).toMatchObject({ value: 0, verdict: 'none', nCurrent: rows })
  for (const metric of ['psi', 'js_distance', 'ks', 'wasserstein'])
    expect(find(values, 'temp', metric).value).toBe(0)
})

test('a column gone 95 % null fails by its missing rate; its distances lack rows and are skipped', () => {
  const validity = new Uint8Array(125)
  validity.fill(255, 0, 6)
  const values = evaluate([['temp', { values: spread, validity }]])
  expect(alarms(values)).toEqual(['temp missing_rate'])
  const rate = find(values, 'temp', 'missing_rate')
  expect(rate).toMatchObject({ scope: 'quality', value: 0.952, nCurrent: rows, warnAt: 0.01, failAt: 0.05 })
  expect(rate.ciLo).toBeLessThan(0.952)
  expect(find(values, 'temp', 'psi')).toMatchObject({ verdict: 'skipped', nCurrent: 48 })
  expect(find(values, 'temp', 'psi').value).toBeGreaterThan(0)
})

test('a category renamed fails as unseen and as drift, the other columns are ok', () => {
  const codes = Int32Array.from(spread, (u) => [3, 1, 2][Math.floor(3 * u)]!)
  const values = evaluate([['carrier', { dictionary, codes }]])
  expect(new Set(alarms(values).map((alarm) => alarm.split(' ')[0]))).toEqual(new Set(['carrier']))
  expect(alarms(values)).toEqual(
    expect.arrayContaining(['carrier unseen_rate', 'carrier psi', 'carrier triangular']),
  )
  expect(find(values, null, 'drifted_share')).toMatchObject({ value: 1 / 3 })
  expect(find(values, null, 'drifted_share').reason).toMatch(/^worst: carrier \(/)
})

test('a unit changed fails by every distance and by range', () => {
  const values = evaluate([['temp', { values: spread.map((u) => (40 + 50 * u - 32) / 1.8) }]])
  expect(alarms(values)).toEqual([
    'temp psi',
    'temp js_distance',
    'temp ks',
    'temp wasserstein',
    'temp out_of_range_rate',
  ])
})

test('NaN and infinities have rates of their own that fail', () => {
  const values = evaluate([
    ['wind', { values: spread.map((u, i) => (i % 4 === 0 ? [NaN, Infinity][(i / 4) % 2]! : u * u)) }],
  ])
  expect(alarms(values)).toEqual(['wind nan_rate', 'wind infinite_rate'])
})

test('a column that is gone, or of another type, is one error, and the rest goes on', () => {
  const columns = new Map<string, ProfileColumn>([
    ...normal,
    ['wind', { dictionary: [], codes: new Int32Array(rows).fill(-1) }],
  ])
  columns.delete('carrier')
  const values = evaluateDrift({ all: reference }, { all: profileOf(columns) })
  expect(
    values.filter(({ verdict }) => verdict === 'error').map(({ column, reason }) => [column, reason]),
  ).toEqual([
    ['wind', 'the column is of type text, its reference of number'],
    ['carrier', 'the rows have no such column'],
  ])
  expect(values.filter(({ column }) => column === 'wind')).toHaveLength(1)
  expect(find(values, 'temp', 'psi').verdict).toBe('ok')
})

test('counts on other bins are an error of that column', () => {
  const other = profileOf(normal)
  const wind = { ...other.columns.get('wind')!, bins: Float64Array.of(1, 2) }
  const all = { ...other, columns: new Map([...other.columns, ['wind', wind]]) }
  const values = evaluateDrift({ all: reference }, { all })
  expect(find(values, 'wind', 'drift')).toMatchObject({
    verdict: 'error',
    value: null,
    nReference: rows,
    nCurrent: rows,
  })
})

test('q values are made over the tests of one scope, each once, and predictions are a scope of their own', () => {
  const moved: [string, ProfileColumn][] = [['temp', { values: spread.map((u) => 40 + 50 * u ** 1.4) }]]
  const together = find(evaluate(moved), 'temp', 'psi')
  expect(together.qValue! / together.pValue!).toBeCloseTo(3, 9)
  const asPrediction = (columns: ProfileColumns): ProfileColumns =>
    new Map(
      [...columns].map(([name, column]) => [name === 'temp' ? 'prediction/temp' : `feature/${name}`, column]),
    )
  const all = referenceProfile(asPrediction(normal))
  const current = profileOf(asPrediction(new Map([...normal, ...moved])), all)
  const apart = find(evaluateDrift({ all }, { all: current }), 'temp', 'psi')
  expect(apart).toMatchObject({ scope: 'prediction', qValue: together.pValue })
})

test('segments are compared with their own reference and share the q values of their scope', () => {
  const small = referenceProfile(new Map([...normal].slice(0, 1)))
  const current = profileOf(
    new Map<string, ProfileColumn>([['temp', { values: spread.map((u) => 90 * u) }]]),
    small,
  )
  const values = evaluateDrift(
    {
      all: reference,
      segments: new Map([
        ['carrier=a', small],
        ['carrier=few', small],
      ]),
    },
    {
      all: profileOf(normal),
      segments: new Map([
        ['carrier=a', current],
        ['carrier=few', { ...current, rows: 199 }],
        ['carrier=z', current],
      ]),
    },
  )
  const psi = values.find(({ segment, metric }) => segment === 'carrier=a' && metric === 'psi')!
  expect(psi.verdict).toBe('fail')
  expect(psi.qValue! / psi.pValue!).toBeCloseTo(4, 9)
  expect(values.filter(({ segment }) => segment === 'carrier=z')).toMatchObject([
    { column: null, verdict: 'skipped', reason: 'the reference has no such segment', nCurrent: rows },
  ])
  expect(values.filter(({ segment }) => segment === 'carrier=few')).toMatchObject([
    { column: null, verdict: 'skipped', reason: '1000 reference and 199 current rows, needed are 200 each' },
  ])
  const told = values.filter(({ segment }) => segment === 'carrier=a').map(({ metric }) => metric)
  expect(told).not.toContain('mean')
  expect(
    values.filter(({ metric }) => metric === 'drifted_share').map(({ segment, value }) => [segment, value]),
  ).toEqual([
    [null, 0],
    ['carrier=a', 1],
  ])
})

test('thresholds can be set by column and can trail former values', () => {
  const moved: [string, ProfileColumn][] = [['temp', { values: spread.map((u) => 90 * u) }]]
  const lax = { metric: 'psi', column: 'temp', limits: { warnAt: 50, failAt: 60 } }
  expect(find(evaluate(moved, { rules: [lax] }), 'temp', 'psi')).toMatchObject({ warnAt: 50, verdict: 'ok' })
  const shown = { metric: 'psi', scope: 'feature' as const, column: 'temp', limits: null }
  expect(find(evaluate(moved, { rules: [shown] }), 'temp', 'psi')).toMatchObject({
    warnAt: null,
    verdict: 'none',
  })
  const rules = [{ metric: 'psi', limits: 'trailing' as const }]
  expect(find(evaluate(moved, { rules }), 'temp', 'psi')).toMatchObject({
    verdict: 'skipped',
    reason: '0 former values, needed are 14',
  })
  const history = ({ metric, column }: { metric: string; column: string | null }) =>
    metric === 'psi' && column === 'temp' ? new Array<number>(14).fill(0.3) : []
  expect(find(evaluate(moved, { rules, history }), 'temp', 'psi')).toMatchObject({
    verdict: 'fail',
    warnAt: 0.3,
  })
})

test('every number has its rows, and is null only with a reason', () => {
  for (const value of evaluate([['temp', { values: new Float64Array(rows).fill(NaN) }]])) {
    expect(value.nReference).toBe(rows)
    if (value.value === null) expect(value.reason).not.toBeNull()
    else expect(Number.isFinite(value.value)).toBe(true)
  }
})
