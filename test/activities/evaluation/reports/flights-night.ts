import { evaluateDrift } from '../../../../activities/evaluation/drift/evaluate-drift'
import type { ProfileColumn, TextColumn } from '../../../../activities/evaluation/profiles/profile-column'
import { parseProfileKey } from '../../../../activities/evaluation/profiles/profile-key'
import {
  referenceProfile,
  type ReferenceProfile,
} from '../../../../activities/evaluation/profiles/reference-profile'
import { rowHashes } from '../../../../activities/evaluation/profiles/row-hashes'
import {
  isBroken,
  shardProfile,
  type Profile,
} from '../../../../activities/evaluation/profiles/shard-profile'
import { unseenValues } from '../../../../activities/evaluation/profiles/unseen-values'
import { plainMetric } from '../../../../activities/evaluation/quality/plain-metric'
import { rowCount } from '../../../../activities/evaluation/quality/row-count'
import type { ReportParts } from '../../../../activities/evaluation/reports/compose-report'
import type { CurrentSide, ReferenceSide } from '../../../../activities/evaluation/reports/report-columns'
import { extractMoments } from '../../../../activities/evaluation/stats/moments'
import type { MetricValue } from '../../../../schemas/metric'

export type Columns = Map<string, ProfileColumn>

/** Numbers in [0, 1), the same for a seed. */
export function random(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

const carriers = ['UA', 'B6', 'EV', 'DL', 'AA', 'MQ', 'US', 'WN']
const carrierShares = [0.181, 0.17, 0.16, 0.15, 0.12, 0.1, 0.07]

/** Rows of flights as their features and score are profiled. */
export function flights(rows: number, seed: number): Columns {
  const next = random(seed)
  const numbers = (make: () => number): ProfileColumn => ({
    values: Float64Array.from({ length: rows }, make),
  })
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())
  const carrier = (): number => {
    let u = next()
    return carrierShares.findIndex((share) => (u -= share) < 0) + 1 || carriers.length
  }
  return new Map<string, ProfileColumn>([
    ['feature/temp', numbers(() => 72.1 + 9.8 * normal())],
    ['feature/wind_speed', numbers(() => 11 * Math.abs(normal()))],
    ['feature/distance', numbers(() => 200 + 2_400 * next() ** 2)],
    [
      'feature/carrier',
      { dictionary: carriers, codes: Int32Array.from({ length: rows }, () => carrier() - 1) },
    ],
    [
      'feature/origin',
      {
        dictionary: ['EWR', 'JFK', 'LGA'],
        codes: Int32Array.from({ length: rows }, () => Math.floor(3 * next())),
      },
    ],
    ['prediction/score', numbers(() => Math.min(0.99, 0.05 + 0.6 * next() ** 3))],
  ])
}

/** A column's numbers changed. */
export function mapped(column: ProfileColumn | undefined, change: (value: number) => number): ProfileColumn {
  if (column === undefined || !('values' in column)) throw new Error('a column of numbers is needed')
  return { values: Float64Array.from(column.values, change) }
}

/** A category's value under another name. */
export function renamed(column: ProfileColumn | undefined, from: string, to: string): TextColumn {
  if (column === undefined || !('codes' in column)) throw new Error('a column of texts is needed')
  return { ...column, dictionary: column.dictionary.map((value) => (value === from ? to : value)) }
}

/** A column that lacks a value in all rows but each `every`th. */
export function mostlyMissing(column: ProfileColumn | undefined, every: number): ProfileColumn {
  if (column === undefined || !('values' in column)) throw new Error('a column of numbers is needed')
  const validity = new Uint8Array((column.values.length + 7) >> 3)
  for (let row = 0; row < column.values.length; row += every) validity[row >> 3]! |= 1 << (row & 7)
  return { values: column.values, validity }
}

const reference = referenceProfile(flights(28 * 943, 1))

/** What a report of one night is made of, its rows compared with 28 nights as a run does it. */
export function nightParts(
  columns: Columns,
  {
    rows = 943,
    former = Array.from({ length: 28 }, (_, i) => 930 + i),
    segments = new Map<string, Columns>(),
  } = {},
): ReportParts {
  const current = profileOf(columns)
  const bySegment = new Map([...segments].map(([name, own]) => [name, profileOf(own)] as const))
  const ofSegments = new Map([...segments.keys()].map((name) => [name, reference] as const))
  const metrics: MetricValue[] = [
    ...evaluateDrift({ all: reference, segments: ofSegments }, { all: current, segments: bySegment }),
    ...rowCount(rows, former),
    plainMetric({ scope: 'speed', metric: 'rows_per_second', value: 52_000, nCurrent: rows }),
  ]
  const at = (minute: number): string => `2013-07-05T06:${String(minute).padStart(2, '0')}:00.000Z`
  return {
    run: {
      runId: '11111111-2222-4333-8444-555555555555',
      job: 'flights-late',
      batch: '2013-07-04',
      revision: 1,
      model: 'flights-late@2',
      task: 'binary',
      state: 'published',
      rows: { read: rows + 5, scored: rows, quarantined: 5, filtered: 0 },
      quarantinedBy: { MISSING: 3, UNKNOWN_CATEGORY: 2 },
      openedAt: at(0),
      checkedAt: at(1),
      publishedAt: at(2),
      hold: null,
      golden: {
        rows: 200,
        agreeingRows: 199,
        runtimeVersion: '1.27.0',
        machine: 'x64, Some <Processor>, cpu provider',
        checkedAt: at(0),
      },
      shadow: null,
    },
    reference: {
      kind: 'trailing',
      label: '28 batches, 2013-06-06 to 2013-07-03',
      rows: reference.rows,
      sampled: false,
    },
    referenceColumns: [...reference.columns].map(([key, column]) => referenceSide(key, column)),
    currentColumns: [...current.columns].flatMap(([key]) => currentSide(key, current)),
    metrics,
    gates: [],
    evaluation: null,
    trends: [
      {
        scope: 'quality',
        metric: 'row_count_ratio',
        column: null,
        warnAt: 1.4,
        failAt: 1.8,
        points: [...former, rows].map((count, i) => ({
          batch: `2013-06-${String(i + 1).padStart(2, '0')}`,
          value: count / 943,
          verdict: 'ok' as const,
        })),
      },
    ],
    comparison: null,
    speed: {
      rowsPerSecond: 52_000,
      inferenceMsP50: 1.2,
      inferenceMsP99: 3.4,
      phases: { plan: 0.4, score: 2.1, check: 0.3, publish: 0.05 },
      threads: { readMs: 120, encodeMs: 90, profileMs: 40, inferMs: 800, writeMs: 110, shadowMs: 700 },
      shards: 4,
    },
  }
}

export function profileOf(columns: Columns, on: ReferenceProfile = reference): Profile {
  const rows =
    [...columns.values()].map((column) => ('codes' in column ? column.codes : column.values).length)[0] ?? 0
  const profiler = shardProfile.create(on, { shardNo: 0, batchRows: rows })
  shardProfile.add(profiler, columns, rowHashes(rows))
  return shardProfile.extract(profiler)
}

type ReferenceColumn = ReferenceProfile['columns'] extends ReadonlyMap<string, infer One> ? One : never

function referenceSide(key: string, { bins, counts }: ReferenceColumn): ReferenceSide {
  const { mean, sd, min, max } = extractMoments(counts.moments)
  return {
    ...parseProfileKey(key),
    kind: bins.kind,
    bins: bins.kind === 'numeric' ? [...bins.edges] : [...bins.levels.levels],
    counts: [...counts.bins],
    rows: reference.rows,
    missing: counts.missing,
    mean,
    sd,
    min,
    max,
  }
}

function currentSide(key: string, { columns, sample, rows }: Profile): CurrentSide[] {
  const counts = columns.get(key)
  if (counts === undefined || isBroken(counts)) return []
  const { mean, sd, min, max } = extractMoments(counts.moments)
  return [
    {
      ...parseProfileKey(key),
      counts: [...counts.bins],
      rows,
      missing: counts.missing,
      mean,
      sd,
      min,
      max,
      unseen: Object.fromEntries(unseenValues(sample, key, reference.columns.get(key)!.bins)),
    },
  ]
}
