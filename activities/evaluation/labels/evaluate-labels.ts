import { sandboxFor, type Sandbox } from '../../data/sandbox'
import { accuracyTables, type BinaryTables, type MulticlassTables } from '../accuracy/accuracy-tables'
import { evaluateAccuracy, type AccuracyData, type SegmentColumn } from '../accuracy/evaluate-accuracy'
import { labelCoverage, type LabelCoverage } from '../accuracy/label-coverage'
import { labelledRows, type AccuracyTask, type RowsByTask } from '../accuracy/labelled-rows'
import { labelResolver, type ResolvedLabels } from '../accuracy/resolve-labels'
import type { ProfileColumn } from '../profiles/profile-column'
import { referenceCodec } from '../profiles/reference-codec'
import { shardCodec } from '../profiles/shard-codec'
import { shardProfile } from '../profiles/shard-profile'
import { arrivedLabels } from './arrived-labels'
import type { EvaluationOutcome, EvaluationTask, LabelCounts } from './evaluation-task'
import { ownFigures } from './own-figures'
import { readScoredRows, type Forecasts, type ScoredRows } from './scored-rows'

/** Fewer labelled rows of a segment say nothing. */
const segmentRowsAtLeast = 200

/**
 * Evaluates a batch: reads predictions and labels, joins them by key, and makes every number of the task over the labelled rows.
 * Works on one thread for seconds: 5 M rows with as many labels and two segment columns take 12 s and 450 MB.
 * @param throwIfStopped called now and then: what it throws ends the work
 * @throws STORE_CORRUPT, LABELS_INVALID
 */
export async function evaluateLabels(
  task: EvaluationTask,
  throwIfStopped: () => void = () => undefined,
): Promise<EvaluationOutcome> {
  const sandbox = await sandboxFor([...task.predictions.roots, task.labelsFolder])
  const { data, counts, coverage } = await readLabelled(sandbox, task, throwIfStopped)
  throwIfStopped()
  const { seed } = task
  const own = task.ownLabels && ownFigures(task.ownLabels)
  const thresholds = own?.thresholds ?? task.thresholds
  const options = { seed, thresholds, reference: own?.figures ?? [] }
  return {
    counts,
    metrics: counts.labelled === 0 ? [] : evaluateAccuracy(task.task, data, options),
    coverage,
    tables: counts.labelled === 0 ? null : tablesOf(task.task, data.rows),
    labelProfile: profileOf(task, data),
  }
}

/** The labelled rows, and what is told of all; what their reading took beside them is free again afterwards. */
async function readLabelled(
  sandbox: Sandbox,
  task: EvaluationTask,
  throwIfStopped: () => void,
): Promise<Pick<EvaluationOutcome, 'counts' | 'coverage'> & { readonly data: Data }> {
  const scored = await readScoredRows(sandbox, task)
  const { labels, counts } = await joinLabels(sandbox, task, scored.hashes, throwIfStopped)
  const coverage = coverageOf(scored.scores, labels, task.isMature)
  return { counts, coverage, data: labelledData(task, scored, labels, counts.labelled) }
}

/** Each scored row's label, NaN without. */
async function joinLabels(
  sandbox: Sandbox,
  task: EvaluationTask,
  scored: BigUint64Array,
  throwIfStopped: () => void,
): Promise<{ readonly labels: Float64Array; readonly counts: LabelCounts }> {
  const resolver = labelResolver.create(scored)
  for await (const batch of arrivedLabels(sandbox, task, scored)) {
    throwIfStopped()
    labelResolver.add(resolver, batch)
  }
  const resolved = labelResolver.extract(resolver)
  return { labels: resolved.labels, counts: countsOf(resolved) }
}

function coverageOf(scores: Float64Array, labels: Float64Array, isMature: boolean): LabelCoverage {
  // a loop: `from` with a function lists all rows as numbers first, 3 s and 150 MB for 5 M
  const labelled = new Uint8Array(labels.length)
  for (let row = 0; row < labels.length; row++) labelled[row] = Number.isNaN(labels[row]) ? 0 : 1
  const matured = new Uint8Array(labels.length).fill(isMature ? 1 : 0)
  return labelCoverage({ scores, labelled, matured })
}

function countsOf(resolved: ResolvedLabels): LabelCounts {
  return {
    scored: resolved.labels.length,
    labelled: resolved.labelled,
    received: resolved.received,
    empty: resolved.emptyRows,
    unknown: resolved.unknownRows,
    unknownKeys: resolved.unknownKeys,
    repeated: resolved.repeatedRows,
    conflicts: resolved.conflicts,
    undecided: resolved.undecided,
  }
}

type Data = AccuracyData<AccuracyTask>

/** The rows that have a label, and only segments that hold enough of them. */
function labelledData(
  { task }: EvaluationTask,
  scored: ScoredRows,
  labels: Float64Array,
  labelled: number,
): Data {
  const rows = withLabels(task, scored.forecasts, labels)
  // where every row has one, nothing is copied
  const at = labelled === labels.length ? null : positions(labels, labelled)
  const segments = scored.segments.map((one) => largeEnough(at === null ? one : codesAt(one, at)))
  return at === null
    ? { rows, hashes: scored.hashes, segments }
    : {
        rows: labelledRows.take(task, rows, at),
        hashes: hashesAt(scored.hashes, at),
        segments,
      }
}

function withLabels(
  task: AccuracyTask,
  forecasts: Forecasts<AccuracyTask>,
  labels: Float64Array,
): RowsByTask[AccuracyTask] {
  switch (task) {
    case 'binary':
      return { ...(forecasts as Forecasts<'binary'>), labels: new Uint8Array(labels) }
    case 'multiclass':
      return { ...(forecasts as Forecasts<'multiclass'>), labels: new Int32Array(labels) }
    case 'regression':
      return { ...(forecasts as Forecasts<'regression'>), labels }
  }
}

function positions(labels: Float64Array, labelled: number): Uint32Array {
  const at = new Uint32Array(labelled)
  let filled = 0
  for (let row = 0; row < labels.length; row++) if (!Number.isNaN(labels[row])) at[filled++] = row
  return at
}

function hashesAt(hashes: BigUint64Array, at: Uint32Array): BigUint64Array {
  const taken = new BigUint64Array(at.length)
  for (let i = 0; i < at.length; i++) taken[i] = hashes[at[i]!]!
  return taken
}

function codesAt({ column, codes, values }: SegmentColumn, at: Uint32Array): SegmentColumn {
  const taken = new Int32Array(at.length)
  for (let i = 0; i < at.length; i++) taken[i] = codes[at[i]!]!
  return { column, values, codes: taken }
}

function largeEnough({ column, codes, values }: SegmentColumn): SegmentColumn {
  const counts = new Uint32Array(values.length)
  for (const code of codes) if (code >= 0) counts[code]!++
  if (counts.every((count) => count >= segmentRowsAtLeast)) return { column, values, codes }
  return { column, values, codes: codes.map((code) => (counts[code]! >= segmentRowsAtLeast ? code : -1)) }
}

function tablesOf(task: AccuracyTask, rows: Data['rows']): BinaryTables | MulticlassTables | null {
  switch (task) {
    case 'binary':
      return accuracyTables.binary(rows as RowsByTask['binary'])
    case 'multiclass':
      return accuracyTables.multiclass(rows as RowsByTask['multiclass'])
    case 'regression':
      return null
  }
}

/** Labels on their reference; where there is none, a sample of them only, for later references. */
function profileOf(
  { task, classes, labelKey, reference }: EvaluationTask,
  { rows, hashes }: Data,
): Uint8Array {
  const frozen = reference === null ? null : referenceCodec.decode(reference)
  const profiler = shardProfile.create(frozen, { shardNo: 0, batchRows: hashes.length })
  shardProfile.add(profiler, new Map([[labelKey, labelColumnOf(task, classes, rows.labels)]]), hashes)
  return shardCodec.encode(shardProfile.extract(profiler))
}

/** Binary labels are the texts false and true, as boolean features are; unknown classes are one text more. */
function labelColumnOf(
  task: AccuracyTask,
  classes: readonly string[],
  labels: Data['rows']['labels'],
): ProfileColumn {
  switch (task) {
    case 'binary':
      return { dictionary: ['false', 'true'], codes: new Int32Array(labels) }
    case 'multiclass': {
      const unknown = classes.length
      return {
        dictionary: [...classes, '(no class of the model)'],
        codes: new Int32Array(labels).map((label) => (label < 0 ? unknown : label)),
      }
    }
    case 'regression':
      return { values: labels as Float64Array }
  }
}
