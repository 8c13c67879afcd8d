import { durationMs } from '../../schemas/duration'
import { NightscoreError } from '../../schemas/errors'
import type { GateAction, GateResult, MetricScope } from '../../schemas/metric'
import type { ScanPlan } from '../data/scan-plan'
import { inTransaction } from '../data/postgres/in-transaction'
import type { Deps } from '../deps'
import type { FormerValues } from '../evaluation/drift/threshold-for'
import { gatesAction, judgeGates } from '../evaluation/gates/judge-gates'
import { runVerdict } from '../evaluation/gates/run-verdict'
import { withoutLabels } from '../evaluation/profiles/without-labels'
import { loadReference } from '../evaluation/references/load-reference'
import { packageReference } from '../evaluation/references/package-reference'
import { shownText } from '../evaluation/reports/shown-text'
import { formerValues, writeGates, writeMetrics } from '../evaluation/store/metrics'
import { writeProfile } from '../evaluation/store/profiles'
import { checkQuality, totalRows } from './check-run'
import { mergedProfiles } from './merged-profiles'
import { loadRunContext, withSink, type PlannedRunContext } from './run-context'
import { runMetrics, type RunFacts } from './run-metrics'

export interface RunVerdict {
  readonly verdict: GateAction
  /** A gate holds the run back: which and why, and how long a decision may take. null: it may be published. */
  readonly hold: { readonly why: string; readonly timeoutMs: number } | null
}

/** What is told of a run before labels come. */
const scopes: readonly MetricScope[] = ['feature', 'prediction', 'quality', 'skew', 'estimate', 'speed']
/** Published batches that trailing thresholds look back on. */
const formerBatches = 28

/**
 * Compares a checked run with its reference and its job's former runs, lets the job's gates judge, and keeps it all: metric_value,
 * gate_result, run_profile. What it writes replaces what an earlier attempt wrote.
 * @throws NightscoreError RUN_QUARANTINE_LIMIT, SOURCE_ROWS_TOO_FEW, GATE_FAILED: the evidence is kept by then
 */
export async function evaluateRun(deps: Deps, runId: string): Promise<RunVerdict> {
  const { control } = deps.connections
  const context = withSink(deps, await loadRunContext(deps, runId))
  const { run, job } = context
  const facts = await gatherFacts(deps, context)
  const values = runMetrics(facts)
  const gates = judgeGates(job.monitor.gates, values, { scopes, history: facts.history })
  const verdict = runVerdict(values, gatesAction(gates))
  const asOf = run.plannedAt ?? run.openedAt
  await inTransaction(control, async (client) => {
    await writeMetrics(client, runId, asOf, scopes, values)
    await writeGates(client, runId, asOf, gates)
    const reference = facts.reference && withoutLabels(facts.reference.all)
    if (facts.profiles) await writeProfile(client, runId, facts.profiles, reference)
    await client.query('UPDATE nightscore.run SET verdict = $2 WHERE run_id = $1', [runId, verdict])
  })
  if (run.rows) checkQuality(run.rows, job.quality, run.batch)
  return { verdict, hold: judge(gates, context) }
}

async function gatherFacts(deps: Deps, context: PlannedRunContext): Promise<RunFacts> {
  const { control } = deps.connections
  const { run, sink, job } = context
  const ofPackage = await packageReference(deps, run.model, run.modelVersion, job.monitor.segments)
  const results = [...(await sink.committedShards())].sort((a, b) => a.shardNo - b.shardNo)
  const { scored, quarantined } = totalRows(results)
  const reference = run.referenceId === null ? null : await loadReference(control, run.referenceId)
  return {
    context,
    results,
    profiles: await mergedProfiles(sink, scored + quarantined),
    reference,
    packageReference:
      ofPackage === null
        ? null
        : ofPackage === reference?.referenceId
          ? reference
          : await loadReference(control, ofPackage),
    history: await historyOf(deps, context, reference?.kind),
    formerScan: await formerScan(deps, context),
    sourceModifiedMs: await sourceModified(deps, run.runId),
  }
}

/** Distances are on one scale only with one kind of reference; counts of rows are in any case. */
async function historyOf(
  deps: Deps,
  { run }: PlannedRunContext,
  referenceKind: string | undefined,
): Promise<FormerValues> {
  const former = { job: run.job, before: run.comparedBefore, limit: formerBatches }
  const distances = await formerValues(deps.connections.control, {
    ...former,
    scopes: ['feature', 'prediction', 'skew'],
    ...(referenceKind !== undefined && { referenceKind }),
  })
  const others = await formerValues(deps.connections.control, { ...former, scopes: ['quality', 'speed'] })
  return (subject) => (['quality', 'speed'].includes(subject.scope) ? others(subject) : distances(subject))
}

async function formerScan(deps: Deps, { run }: PlannedRunContext): Promise<ScanPlan | null> {
  const { rows } = await deps.connections.control.query<{ plan: Partial<ScanPlan> }>(
    `SELECT plan FROM nightscore.run WHERE job = $1 AND batch < $2 AND state = 'published' ORDER BY batch DESC LIMIT 1`,
    [run.job, run.comparedBefore],
  )
  const plan = rows[0]?.plan
  return plan?.columns === undefined ? null : (plan as ScanPlan) // plans of before columns were kept tell nothing
}

async function sourceModified(deps: Deps, runId: string): Promise<number | null> {
  const { rows } = await deps.connections.control.query<{ modified: number | null }>(
    `SELECT CASE WHEN bool_and(file_sha256 IS NULL) THEN max(file_modified_ms)::float8 END AS modified
     FROM nightscore.shard WHERE run_id = $1`,
    [runId],
  )
  return rows[0]?.modified ?? null
}

/** @throws NightscoreError GATE_FAILED naming the gate and what it found */
function judge(gates: readonly GateResult[], { run, job }: PlannedRunContext): RunVerdict['hold'] {
  const worst = gates.find(({ action }) => action === 'fail') ?? gates.find(({ action }) => action === 'hold')
  if (worst === undefined) return null
  const { gateNo, metric, column, segment, value, limitAt, action } = worst
  const of = [column, segment].flatMap((part) => (part === null ? [] : shownText(part))).join(' where ')
  const found = `gate ${gateNo}: ${metric}${of === '' ? '' : ` of ${of}`} is ${value?.toPrecision(4) ?? 'undefined'}`
  const expected = `within ${limitAt?.toPrecision(4) ?? 'its limit'}`
  if (action === 'fail') throw new NightscoreError('GATE_FAILED', { found, expected })
  // a run that is not to be published has nothing to wait for
  return run.publish
    ? { why: `${found}; expected ${expected}`, timeoutMs: durationMs(job.hold.timeout) }
    : null
}
