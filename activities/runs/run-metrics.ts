import type { MetricValue } from '../../schemas/metric'
import type { RowCounts, ShardResult } from '../../schemas/run'
import type { ScanPlan } from '../data/scan-plan'
import { estimateAccuracy } from '../evaluation/accuracy/estimate-accuracy'
import { distanceNames } from '../evaluation/drift/drifted-share'
import { evaluateDrift } from '../evaluation/drift/evaluate-drift'
import type { FormerValues } from '../evaluation/drift/threshold-for'
import { thresholdRules } from '../evaluation/gates/threshold-rules'
import { finiteValues } from '../evaluation/profiles/finite-values'
import { isTextColumn } from '../evaluation/profiles/profile-column'
import { profileKey } from '../evaluation/profiles/profile-key'
import type { ReferenceProfile } from '../evaluation/profiles/reference-profile'
import { shardProfile, type Profile } from '../evaluation/profiles/shard-profile'
import { withoutLabels } from '../evaluation/profiles/without-labels'
import { batchFigures, type BatchFacts } from '../evaluation/quality/batch-figures'
import { constantColumns } from '../evaluation/quality/constant-columns'
import { rowCount } from '../evaluation/quality/row-count'
import { schemaChanges } from '../evaluation/quality/schema-changes'
import type { LoadedReference } from '../evaluation/references/load-reference'
import { runTimes } from '../scoring/run-times'
import { totalRows } from './check-run'
import type { MergedProfiles } from './merged-profiles'
import type { PlannedRunContext } from './run-context'

export interface RunFacts {
  readonly context: PlannedRunContext
  readonly results: readonly ShardResult[]
  readonly profiles: MergedProfiles | null
  /** What the run is compared with, frozen; null: nothing yet. */
  readonly reference: LoadedReference | null
  /** The model package's own reference; null: the package has none. */
  readonly packageReference: LoadedReference | null
  /** Values of the job's former published batches: distances of the same kind of reference, quality of all. */
  readonly history: FormerValues
  /** The plan of the last published batch. */
  readonly formerScan: ScanPlan | null
  /** Newest modification of a source file, ms since 1970; null: read from a database. */
  readonly sourceModifiedMs: number | null
}

/** Segments that the reference does not know, of those with the most rows: how many are told of. */
const unknownSegmentsAtMost = 20

/** Every number of a run that can be told before labels come. */
export function runMetrics(facts: RunFacts): MetricValue[] {
  const { profiles, reference, packageReference, history } = facts
  const total = totalRows(facts.results)
  const rows = total.scored + total.quarantined
  const quality = [
    ...rowCount(rows, history({ scope: 'quality', column: null, segment: null, metric: 'row_count' })),
    schemaChanges(facts.context.scan, facts.formerScan, rows),
    ...batchFigures(batchFacts(facts, total)),
  ]
  if (profiles === null) return quality
  return [
    ...(reference ? comparison(reference, profiles, facts) : []),
    ...(packageReference && reference?.kind !== 'model' ? skew(packageReference.all, profiles.all) : []),
    ...estimates(packageReference ?? reference, profiles.all, facts.context),
    ...quality,
  ]
}

function comparison(
  { all, segments }: LoadedReference,
  profiles: MergedProfiles,
  { context, history }: RunFacts,
): MetricValue[] {
  const compared = withoutLabels(all)
  const unknown = [...profiles.segments]
    .filter(([name]) => !segments.has(name))
    .sort(([, a], [, b]) => b.rows - a.rows)
    .slice(unknownSegmentsAtMost)
  const left = new Set(unknown.map(([name]) => name))
  const current = [...profiles.segments].filter(([name]) => !left.has(name))
  const reference = [...segments].map(([name, one]) => [name, withoutLabels(one)] as const)
  const drift = evaluateDrift(
    { all: compared, segments: new Map(reference) },
    { all: profiles.all, segments: new Map(current) },
    { rules: thresholdRules(context.job.monitor), history },
  )
  return [...drift, ...constants(compared, profiles.all, history)]
}

function constants(reference: ReferenceProfile, current: Profile, history: FormerValues): MetricValue[] {
  return constantColumns(reference, current, (column) =>
    history({ scope: 'quality', column, segment: null, metric: 'is_constant' }),
  )
}

/** Training-serving skew: the features, by the run's sample, against what the model was trained or validated on. Not judged. */
function skew(packaged: ReferenceProfile, { sample }: Profile): MetricValue[] {
  const features = [...packaged.columns].filter(([key]) => key.startsWith(profileKey('feature', '')))
  const reference = { ...packaged, columns: new Map(features) }
  const profiler = shardProfile.create(reference, { shardNo: 0, batchRows: sample.hashes.length })
  shardProfile.add(profiler, sample.columns, sample.hashes)
  const rules = distanceNames.map((metric) => ({ metric, limits: null }))
  return evaluateDrift({ all: reference }, { all: shardProfile.extract(profiler) }, { rules })
    .filter(({ scope, metric }) => scope === 'feature' && distanceNames.some((name) => name === metric))
    .map((value) => ({ ...value, scope: 'skew' as const }))
}

function estimates(
  reference: LoadedReference | null,
  { sample, rows }: Profile,
  { manifest }: PlannedRunContext,
): MetricValue[] {
  const scores = sample.columns.get(profileKey('prediction', 'score'))
  if (manifest.task !== 'binary' || !reference?.labelled || !scores || isTextColumn(scores)) return []
  const { threshold } = manifest.output
  const found = estimateAccuracy({ reference: reference.labelled, scores: finiteValues(scores), threshold })
  const sampled = sample.hashes.length < rows ? '; sampled' : ''
  return found.map((one) => ({
    ...one,
    scope: 'estimate' as const,
    reason: `${one.reason ?? 'estimated'}${sampled}`,
  }))
}

function batchFacts({ context, results, sourceModifiedMs }: RunFacts, rows: RowCounts): BatchFacts {
  const { run } = context
  const times = runTimes.merge(results.map(({ timings }) => timings.inferRuns))
  const plannedMs = (run.plannedAt ?? run.openedAt).getTime()
  return {
    rows,
    plannedMs,
    sourceModifiedMs,
    scoringMs: (run.scoredAt?.getTime() ?? plannedMs) - plannedMs,
    inferenceMs: { p50: runTimes.quantile(times, 0.5), p99: runTimes.quantile(times, 0.99) },
  }
}
