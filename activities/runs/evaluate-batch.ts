import { NightscoreError } from '../../schemas/errors'
import type { JobSnapshot } from '../../schemas/job-file'
import { evaluateBatchInputSchema, type EvaluationSummary } from '../../schemas/run'
import { strictParse } from '../../schemas/strict-parse'
import { compareAgain } from '../comparisons/compare-run'
import type { Deps } from '../deps'
import type { AccuracyTask } from '../evaluation/accuracy/labelled-rows'
import { evaluatedArrivals } from '../evaluation/labels/evaluated-arrivals'
import type { EvaluationOutcome, EvaluationTask } from '../evaluation/labels/evaluation-task'
import type { FormerValues } from '../evaluation/drift/threshold-for'
import { arriveJobLabels } from '../evaluation/labels/job-labels'
import { judgeLabels } from '../evaluation/labels/judge-labels'
import {
  arrivalsAtHand,
  arrivalsSha256,
  labelArrivals,
  type KeptArrival,
} from '../evaluation/labels/label-arrivals'
import { historyBatches, labelReference, type LabelReference } from '../evaluation/labels/label-reference'
import { labelsDue } from '../evaluation/labels/labels-due'
import { mainThresholds } from '../evaluation/labels/main-figures'
import type { OwnLabels } from '../evaluation/labels/own-figures'
import { withPredictions } from '../evaluation/labels/published-predictions'
import {
  latestEvaluation,
  mainMetricsOf,
  storeEvaluation,
  type StoredEvaluation,
} from '../evaluation/labels/store-evaluation'
import { profileKey } from '../evaluation/profiles/profile-key'
import { referenceCodec } from '../evaluation/profiles/reference-codec'
import { loadLabelled } from '../evaluation/references/load-reference'
import { packageReference } from '../evaluation/references/package-reference'
import { formerValues } from '../evaluation/store/metrics'
import type { Heartbeat } from '../heartbeat'
import { loadJob } from './job-store'
import { accuracyTask } from './job-task'
import { loadRunContext, withSink, type PlannedRunContext } from './run-context'

/** Of bootstraps: the same rows and labels give the same intervals. */
const seed = 1
const defaultMaturity = '1d'

/**
 * Accuracy of a batch's published run as of now: takes labels that are new, joins them to the predictions, and stores every
 * number with coverage and gates as the run's next evaluation. Where no label is new the former one is told again.
 * @param input of the workflow, unchecked
 * @throws NightscoreError INPUT_INVALID, JOB_NOT_FOUND, NOT_PUBLISHED_YET, LABELS_INVALID, PATH_OUTSIDE_ROOTS, STORE_CORRUPT
 */
export async function evaluateBatch(
  deps: Deps,
  input: unknown,
  heartbeat: Heartbeat,
): Promise<EvaluationSummary> {
  const { control } = deps.connections
  const request = strictParse(evaluateBatchInputSchema, input, 'INPUT_INVALID', 'input')
  const job = await loadJob(control, request.job)
  const context = withSink(deps, await loadRunContext(deps, await publishedRun(deps, job, request.batch)))
  const { run } = context
  const task = accuracyTask(context.manifest.task, `job "${job.name}" of ${run.model}@${run.modelVersion}`)
  await arriveJobLabels(deps, { job, batch: run.batch, task, by: deps.workerName }, heartbeat)
  const arrivals = await labelArrivals(control, job.name, run.batch)
  const asOf = new Date()
  const labelsSha256 = arrivalsSha256(arrivals)
  const former = await latestEvaluation(control, run.runId)
  const isMature = asOf >= dueTime(job, context)
  if (arrivals.length === 0) return summarize(deps, context, task, nothingYet(context, asOf, isMature), false)
  if (former?.labelsSha256 === labelsSha256) return summarize(deps, context, task, former, false)

  const labelKey = profileKey('label', job.labels?.column ?? 'label')
  const reference = await labelReference(control, { ...run, job, labelKey })
  const history = await formerNumbers(deps, context, reference)
  const ofMetric = (metric: string): readonly number[] =>
    history({ scope: 'accuracy', metric, column: null, segment: null })
  const ownLabels = await labelledReference(deps, context)
  const { thresholds, missing } =
    ownLabels === null && job.monitor.thresholds === 'trailing'
      ? mainThresholds(task, ofMetric)
      : { thresholds: [], missing: new Map<string, string>() }
  const outcome = await evaluate(deps, context, heartbeat, {
    task,
    segments: job.monitor.segments,
    labelKey,
    reference: reference && referenceCodec.encode(reference.profile),
    isMature,
    thresholds,
    ownLabels,
    arrivals: arrivalsAtHand(arrivals, run.openedAt),
  })
  const judged = judgeLabels(outcome, {
    monitor: job.monitor,
    reference: reference && reference.profile,
    history,
    missing,
  })
  await compareAgain(deps, context, heartbeat)
  const changed = await storeEvaluation(control, {
    ...outcome,
    ...judged,
    runId: run.runId,
    labelsSha256,
    asOf,
    isMature,
  })
  // none: what arrived was all for other batches
  const stored = (await latestEvaluation(control, run.runId)) ?? nothingYet(context, asOf, isMature)
  return summarize(deps, context, task, stored, changed)
}

/** The labelled rows of the run's reference, else of the model package's: what accuracy is measured against. */
async function labelledReference(
  deps: Deps,
  { run, job, manifest }: PlannedRunContext,
): Promise<OwnLabels | null> {
  const { control } = deps.connections
  const ofPackage = await packageReference(deps, run.model, run.modelVersion, job.monitor.segments)
  for (const id of [run.referenceId, ofPackage]) {
    const labelled = id === null ? null : await loadLabelled(control, id)
    if (labelled !== null) return { ...labelled, threshold: manifest.output.threshold }
  }
  return null
}

/** @throws NOT_PUBLISHED_YET */
async function publishedRun({ connections }: Deps, job: JobSnapshot, batch: string): Promise<string> {
  const { rows } = await connections.control.query<{ runId: string; state: string }>(
    `SELECT run_id AS "runId", state FROM nightscore.run WHERE job = $1 AND batch = $2
     ORDER BY (state = 'published') DESC, revision DESC LIMIT 1`,
    [job.name, batch],
  )
  const [found] = rows
  if (found?.state === 'published') return found.runId
  throw new NightscoreError('NOT_PUBLISHED_YET', {
    found:
      found === undefined ? `no run of ${job.name} ${batch}` : `${job.name} ${batch} in state ${found.state}`,
    expected: 'a published run',
    fix: `Score it first: nightscore run ${job.name} --batch ${batch}.`,
  })
}

function dueTime(job: JobSnapshot, { run }: PlannedRunContext): Date {
  const { timezone } = job.batch
  const maturity = job.labels?.maturity ?? defaultMaturity
  return labelsDue(run.batch, { timezone, maturity, publishedAt: run.publishedAt ?? run.openedAt })
}

/** Accuracy and label drift in the job's former batches; of drift those that were compared with such a reference. */
async function formerNumbers(
  { connections }: Deps,
  { run }: PlannedRunContext,
  reference: LabelReference | null,
): Promise<FormerValues> {
  const of = { job: run.job, before: run.batch }
  const [accuracy, drift] = await Promise.all([
    formerValues(connections.control, { ...of, limit: historyBatches, scopes: ['accuracy'] }),
    formerValues(connections.control, { ...of, limit: reference?.comparable ?? 0, scopes: ['label'] }),
  ])
  return (subject) => (subject.scope === 'label' ? drift(subject) : accuracy(subject))
}

type Asked = Pick<
  EvaluationTask,
  'task' | 'segments' | 'labelKey' | 'reference' | 'isMature' | 'thresholds' | 'ownLabels'
> & {
  readonly arrivals: readonly KeptArrival[]
}

async function evaluate(
  deps: Deps,
  context: PlannedRunContext,
  heartbeat: Heartbeat,
  { arrivals, ...asked }: Asked,
): Promise<EvaluationOutcome> {
  const { run, scan, manifest, predictions } = context
  const kept = new Set([...scan.keys, ...scan.carry].map(({ name }) => name))
  const segments = asked.segments.filter((name) => kept.has(name))
  const columns = [...predictions.map(({ name }) => name), ...segments]
  return withPredictions(deps, context, columns, heartbeat, async ({ files, roots }) =>
    deps.evaluationPool.evaluate(
      {
        ...asked,
        segments,
        seed,
        classes: manifest.output.classes ?? [],
        predictions: { files, roots, keys: scan.keys.map(({ name, type }) => ({ name, type })) },
        ...(await evaluatedArrivals(deps.storeFolder, run.job, arrivals)),
      },
      heartbeat.signal,
    ),
  )
}

/** What is told while no label has come; it is not stored. */
function nothingYet({ run }: PlannedRunContext, asOf: Date, mature: boolean): StoredEvaluation {
  const counts = { scored: run.rows?.scored ?? 0, received: 0, labelled: 0, unknown: 0, conflicts: 0 }
  return { version: 0, labelsSha256: '', asOf, ...counts, mature, verdict: 'skipped' }
}

async function summarize(
  deps: Deps,
  { run }: PlannedRunContext,
  task: AccuracyTask,
  { labelsSha256: _, received: _received, asOf, ...stored }: StoredEvaluation,
  changed: boolean,
): Promise<EvaluationSummary> {
  return {
    runId: run.runId,
    job: run.job,
    batch: run.batch,
    model: `${run.model}@${run.modelVersion}`,
    ...stored,
    changed,
    asOf: asOf.toISOString(),
    metrics: await mainMetricsOf(deps.connections.control, run.runId, asOf, task),
  }
}
