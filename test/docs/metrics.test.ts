import fs from 'node:fs'
import path from 'node:path'
import { estimateAccuracy } from '../../activities/evaluation/accuracy/estimate-accuracy'
import { evaluateAccuracy } from '../../activities/evaluation/accuracy/evaluate-accuracy'
import { evaluateDrift } from '../../activities/evaluation/drift/evaluate-drift'
import { mergeProfiles } from '../../activities/evaluation/profiles/merge-profiles'
import type { ProfileColumns } from '../../activities/evaluation/profiles/profile-column'
import { referenceProfile } from '../../activities/evaluation/profiles/reference-profile'
import { rowHashes } from '../../activities/evaluation/profiles/row-hashes'
import { shardProfile } from '../../activities/evaluation/profiles/shard-profile'
import { batchFigures } from '../../activities/evaluation/quality/batch-figures'
import { constantColumns } from '../../activities/evaluation/quality/constant-columns'
import { rowCount } from '../../activities/evaluation/quality/row-count'
import { schemaChanges } from '../../activities/evaluation/quality/schema-changes'
import { metricSpecVersion, type MetricValue } from '../../schemas/metric'
import { projectFolder } from './pages'

const page = fs.readFileSync(path.join(projectFolder, 'docs', 'metrics.md'), 'utf8')
const n = 60

/** A column of each kind, one with a NaN and an infinity; `gone` is in the reference only. */
function profiled(): { reference: ReturnType<typeof referenceProfile>; columns: ProfileColumns } {
  const values = Float64Array.from({ length: n }, (_, i) => i)
  const codes = Int32Array.from({ length: n }, (_, i) => i % 2)
  const columns = new Map([
    ['feature/number', { values }],
    ['feature/broken', { values: values.with(0, NaN).with(1, Infinity) }],
    ['feature/few', { values: values.map((value) => value % 3) }],
    ['prediction/label', { dictionary: ['a', 'b'], codes }],
  ])
  return { reference: referenceProfile(new Map([...columns, ['feature/gone', { values }]])), columns }
}

function ofDrift(): MetricValue[] {
  const { reference, columns } = profiled()
  const profiler = shardProfile.create(reference, { shardNo: 0, batchRows: n })
  shardProfile.add(profiler, columns, rowHashes(n))
  const profile = mergeProfiles([shardProfile.extract(profiler)])
  return [
    ...evaluateDrift({ all: reference }, { all: profile }),
    ...constantColumns(reference, profile, () => []),
  ]
}

function ofAccuracy(): MetricValue[] {
  const scores = Float64Array.from({ length: n }, (_, i) => i / n)
  const labels = Uint8Array.from({ length: n }, (_, i) => i % 2)
  const classes = ['a', 'b', 'c', 'd', 'e', 'f']
  const [hashes, options] = [rowHashes(n), { seed: 1, replicates: 2 }]
  const binary = { rows: { scores, labels, decisions: labels }, hashes }
  const probabilities = new Float64Array(n * classes.length).fill(1 / classes.length)
  const codes = Int32Array.from({ length: n }, (_, i) => i % classes.length)
  const multiclass = { rows: { probabilities, classes, labels: codes }, hashes }
  const regression = { rows: { predictions: scores, labels: Float64Array.from(labels) }, hashes }
  return [
    ...evaluateAccuracy('binary', binary, options),
    ...evaluateAccuracy('multiclass', multiclass, options),
    ...evaluateAccuracy('regression', regression, options),
    ...estimateAccuracy({ reference: { scores, labels }, scores, threshold: 0.5 }),
  ]
}

function ofBatch(): MetricValue[] {
  const rows = { read: n, scored: n, quarantined: 0, filtered: 0 }
  const facts = { rows, plannedMs: 1, sourceModifiedMs: 0, scoringMs: 1, inferenceMs: { p50: 1, p99: 1 } }
  return [...batchFigures(facts), ...rowCount(n, []), schemaChanges({ columns: [] }, null, n)]
}

/** Names in the first column of the tables whose head is `metric`. */
function documented(): Set<string> {
  const names = new Set<string>()
  for (const table of page.split('\n\n').filter((block) => /^\| metric \|/.test(block)))
    for (const line of table.split('\n').slice(2))
      for (const [, name] of line.split(' | ')[0]!.matchAll(/`(\w+)`/g)) names.add(name!)
  // those of a batch have a head of their own
  const ofBatch = /^\| `(\w+)` \|/gm
  for (const [, name] of section('Data quality').matchAll(ofBatch)) names.add(name!)
  return names
}

function section(title: string): string {
  const start = page.indexOf(`## ${title}`)
  const end = page.indexOf('\n## ', start + 1)
  return page.slice(start, end)
}

test('every metric that the code makes is in a table of docs/metrics.md, and no other', () => {
  const made = new Set([...ofDrift(), ...ofAccuracy(), ...ofBatch()].map(({ metric }) => metric))
  expect([...documented()].sort()).toEqual([...made].sort())
})

test('the default limits are those of the tables', () => {
  const judged = new Map(ofDrift().map((one) => [one.metric, one]))
  const withLimits = [...judged.values()].filter(({ failAt }) => failAt !== null)
  expect(withLimits).toHaveLength(10)
  for (const { metric, warnAt, failAt } of withLimits)
    expect(page).toMatch(new RegExp(`^\\| \`${metric}\` .* ${String(warnAt)}, ${String(failAt)} \\|`, 'm'))
})

test('the page is of the version that is stored beside each number', () => {
  expect(page).toContain(`**spec version ${metricSpecVersion}**`)
})
