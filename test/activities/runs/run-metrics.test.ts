import type { ProfileColumn, ProfileColumns } from '../../../activities/evaluation/profiles/profile-column'
import { referenceProfile } from '../../../activities/evaluation/profiles/reference-profile'
import { rowHashes } from '../../../activities/evaluation/profiles/row-hashes'
import { shardProfile, type Profile } from '../../../activities/evaluation/profiles/shard-profile'
import type { LoadedReference } from '../../../activities/evaluation/references/load-reference'
import type { PlannedRunContext } from '../../../activities/runs/run-context'
import { runMetrics, type RunFacts } from '../../../activities/runs/run-metrics'
import { jobFileSchema } from '../../../schemas/job-file'
import type { MetricValue } from '../../../schemas/metric'
import type { ShardResult } from '../../../schemas/run'
import { manifestOf } from '../features/scanned-batch'

const n = 1_000
const noise = (row: number): number => ((row * 7_919) % 1_009) / 1_009

function columns(shift = 0): ProfileColumns {
  const score = Float64Array.from({ length: n }, (_, i) => noise(i))
  return new Map<string, ProfileColumn>([
    ['feature/x', { values: Float64Array.from({ length: n }, (_, i) => shift + noise(3 * i)) }],
    ['prediction/score', { values: score }],
    [
      'label/late',
      { dictionary: ['false', 'true'], codes: Int32Array.from(score, (one) => (one > 0.6 ? 1 : 0)) },
    ],
  ])
}
const all = referenceProfile(columns())
const labelled = {
  scores: Float64Array.from({ length: n }, (_, i) => noise(i)),
  labels: Uint8Array.from({ length: n }, (_, i) => (noise(i) > 0.6 ? 1 : 0)),
}
const loaded = (change: Partial<LoadedReference> = {}): LoadedReference => ({
  referenceId: 'r',
  kind: 'trailing',
  source: {},
  rows: n,
  sampled: true,
  all,
  segments: new Map([['s=known', all]]),
  labelled: null,
  ...change,
})
function profiled(shift = 0): Profile {
  const profiler = shardProfile.create(all, { shardNo: 0, batchRows: n })
  shardProfile.add(profiler, columns(shift), rowHashes(n))
  const profile = shardProfile.extract(profiler)
  const own = [...profile.columns].filter(([key]) => !key.startsWith('label/'))
  return { ...profile, columns: new Map(own) }
}

const job = { name: 'j', model: 'm@1', source: { parquet: 'x' }, key: ['id'], sink: { parquet: 'o' } }
const plannedAt = new Date('2013-07-04T06:00:00Z')
const binary = {
  task: 'binary',
  input: { tensor: 'i' },
  output: { tensor: 'o', positive: 0, threshold: 0.5 },
}
function context(monitor: object = {}): PlannedRunContext {
  const scan = { columns: [{ name: 'x', type: 'DOUBLE' }] }
  const run = { openedAt: plannedAt, plannedAt, scoredAt: new Date(plannedAt.getTime() + 2_000) }
  // what else a context holds is not asked for
  return {
    run,
    scan,
    job: jobFileSchema.parse({ ...job, monitor }),
    manifest: manifestOf([{ name: 'x', type: 'number' }], binary),
  } as unknown as PlannedRunContext
}
const result = {
  read: n,
  scored: n,
  quarantined: 0,
  filtered: 0,
  timings: { inferRuns: { '0': 3 } },
} as unknown as ShardResult
const facts = (change: Partial<RunFacts> = {}): RunFacts => ({
  context: context(),
  results: [result],
  profiles: { all: profiled(), segments: new Map() },
  reference: loaded(),
  packageReference: null,
  history: () => [],
  formerScan: null,
  sourceModifiedMs: null,
  ...change,
})
const scopesOf = (values: readonly MetricValue[]): string[] =>
  [...new Set(values.map(({ scope }) => scope))].sort()
const find = (values: readonly MetricValue[], scope: string, metric: string): MetricValue | undefined =>
  values.find((value) => value.scope === scope && value.metric === metric && value.segment === null)

test('a run that is like its reference has nothing to warn of', () => {
  const values = runMetrics(facts())
  expect(scopesOf(values)).toEqual(['feature', 'prediction', 'quality', 'speed'])
  expect(values.filter(({ verdict }) => ['warn', 'fail', 'error'].includes(verdict))).toEqual([])
  expect(find(values, 'feature', 'psi')).toMatchObject({ column: 'x', verdict: 'ok' })
  expect(find(values, 'speed', 'rows_per_second')?.value).toBe(n / 2)
})

test('no number is told twice', () => {
  const values = runMetrics(facts({ packageReference: loaded({ kind: 'model', labelled }) }))
  const keys = values.map(({ scope, column, segment, metric }) =>
    JSON.stringify([scope, column, segment, metric]),
  )
  expect(new Set(keys).size).toBe(keys.length)
})

test('labels of the reference are not compared before labels come', () => {
  expect(runMetrics(facts()).filter(({ scope, column }) => scope === 'label' || column === 'late')).toEqual(
    [],
  )
})

test('a shift fails; where its feature is excepted, nothing judges it', () => {
  const profiles = { all: profiled(0.5), segments: new Map() }
  expect(find(runMetrics(facts({ profiles })), 'feature', 'psi')).toMatchObject({ verdict: 'fail' })
  const excepted = runMetrics(facts({ profiles, context: context({ except: ['x'] }) }))
  expect(find(excepted, 'feature', 'psi')).toMatchObject({ verdict: 'none' })
})

describe('training-serving skew', () => {
  const packageReference = loaded({ kind: 'model' })

  test('is told of features, against the package’s reference, and judged by nothing', () => {
    const profiles = { all: profiled(0.5), segments: new Map() }
    const skew = runMetrics(facts({ packageReference, profiles })).filter(({ scope }) => scope === 'skew')
    expect(skew.map(({ column, metric }) => `${metric} of ${column}`).sort()).toEqual([
      'js_distance of x',
      'ks of x',
      'psi of x',
      'wasserstein of x',
    ])
    expect(skew.map(({ verdict }) => verdict)).toEqual(new Array(4).fill('none'))
    expect(skew.find(({ metric }) => metric === 'psi')?.value).toBeGreaterThan(0.25)
  })

  test('is drift itself where the package’s reference is the run’s', () => {
    expect(scopesOf(runMetrics(facts({ reference: packageReference, packageReference })))).not.toContain(
      'skew',
    )
  })
})

describe('expected accuracy', () => {
  test('is estimated where the reference has labels, and says so', () => {
    const auc = find(
      runMetrics(facts({ packageReference: loaded({ kind: 'model', labelled }) })),
      'estimate',
      'roc_auc',
    )
    expect(auc?.value).toBeGreaterThan(0.95)
    expect(auc?.reason).toMatch(/^estimated/)
  })

  test('is not told of a reference without labels', () => {
    expect(scopesOf(runMetrics(facts()))).not.toContain('estimate')
  })
})

describe('segments', () => {
  test('of those that the reference does not know the twenty with the most rows are told of', () => {
    const unknown = Array.from({ length: 30 }, (_, i): [string, Profile] => [
      `s=${i}`,
      { ...profiled(), rows: 1_000 + i },
    ])
    const values = runMetrics(
      facts({ profiles: { all: profiled(), segments: new Map([...unknown, ['s=known', profiled()]]) } }),
    )
    const told = new Set(values.flatMap(({ segment }) => segment ?? []))
    expect(told.size).toBe(21)
    expect(told).toContain('s=known')
    expect(told).toContain('s=29')
    expect(told).not.toContain('s=9')
  })
})

test('without profiles, or without a reference, quality and speed are told all the same', () => {
  expect(scopesOf(runMetrics(facts({ profiles: null })))).toEqual(['quality', 'speed'])
  expect(scopesOf(runMetrics(facts({ reference: null })))).toEqual(['quality', 'speed'])
})
