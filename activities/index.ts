import { Context } from '@temporalio/activity'
import type { EvaluateBatchInput, EvaluationSummary, RowCounts, RunSummary } from '../schemas/run'
import type { RollbackSummary } from '../schemas/rollback'
import type { AlertReference } from '../schemas/alert'
import type { Maintained } from '../schemas/maintenance'
import { judgeBatch, type JudgeBatchInput, type JudgedBatch } from './alerts/judge-batch'
import { planWatch, type PlannedWatch, type PlanWatchInput } from './alerts/plan-watch'
import { raiseUnopenedAlert, type RaiseUnopenedAlertInput } from './alerts/raise-unopened-alert'
import { raiseAlert, type RaiseAlertInput } from './alerts/raise-alert'
import { sendAlert, type SentAlert } from './alerts/send-alert'
import { maintainJob, type MaintainJobInput } from './retention/maintain-job'
import { maintainStore } from './retention/maintain-store'
import { planMaintenance, type PlannedMaintenance } from './retention/plan-maintenance'
import type { ComparisonSummary } from '../schemas/comparison'
import { compareBatches, type CompareBatchesInput } from './comparisons/compare-batches'
import { compareRun, type RunComparison } from './comparisons/compare-run'
import { planComparison, type PlannedComparison } from './comparisons/plan-comparison'
import { awaitBatch, type AwaitBatchInput, type BatchStanding } from './backfill/await-batch'
import { planBackfill, type PlanBackfillInput, type PlannedBackfill } from './backfill/plan-backfill'
import type { Deps } from './deps'
import { asFailure } from './failures'
import type { Heartbeat } from './heartbeat'
import { checkRun } from './runs/check-run'
import { closeRun, type CloseRunInput } from './runs/close-run'
import { evaluateRun, type RunVerdict } from './runs/evaluate-run'
import { evaluateBatch } from './runs/evaluate-batch'
import { decideRun, type DecideRunInput } from './runs/decide-run'
import { openRun, type OpenedRun, type OpenRunInput } from './runs/open-run'
import { parkRun, type ParkRunInput } from './runs/park-run'
import { pauseSchedule, type PauseScheduleInput } from './runs/pause-schedule'
import { planRun, type RunPlan } from './runs/plan-run'
import { publishRun } from './runs/publish-run'
import { reportRun, type ReportSummary } from './runs/report-run'
import { rollbackRun, type RollbackRunRequest } from './runs/rollback-run'
import { scoreShard } from './runs/score-shard'
import { createShardCaches } from './runs/shard-caches'
import { takeTurn } from './runs/take-turn'

interface OfRun {
  readonly runId: string
}

/** What workflows call: everything that touches the world. Inputs and results are small plain JSON; data never passes here. */
export interface Activities {
  openRun(input: OpenRunInput): Promise<OpenedRun>
  takeTurn(input: OfRun): Promise<void>
  planRun(input: OfRun): Promise<RunPlan>
  scoreShard(input: OfRun & { readonly shardNo: number }): Promise<RowCounts>
  checkRun(input: OfRun): Promise<void>
  compareRun(input: OfRun): Promise<RunComparison | null>
  evaluateRun(input: OfRun): Promise<RunVerdict>
  parkRun(input: ParkRunInput): Promise<RunSummary>
  decideRun(input: DecideRunInput): Promise<RunSummary>
  publishRun(input: OfRun): Promise<RunSummary>
  reportRun(input: OfRun): Promise<ReportSummary>
  evaluateBatch(input: EvaluateBatchInput): Promise<EvaluationSummary>
  planComparison(input: { readonly input: unknown }): Promise<PlannedComparison>
  compareBatches(input: CompareBatchesInput): Promise<ComparisonSummary>
  pauseSchedule(input: PauseScheduleInput): Promise<void>
  planBackfill(input: PlanBackfillInput): Promise<PlannedBackfill>
  awaitBatch(input: AwaitBatchInput): Promise<BatchStanding>
  closeRun(input: CloseRunInput): Promise<void>
  raiseUnopenedAlert(input: RaiseUnopenedAlertInput): Promise<AlertReference | null>
  raiseAlert(input: RaiseAlertInput): Promise<AlertReference | null>
  sendAlert(input: AlertReference): Promise<SentAlert>
  planMaintenance(input: { readonly input: unknown }): Promise<PlannedMaintenance>
  maintainJob(input: MaintainJobInput): Promise<Maintained>
  maintainStore(input: { readonly dryRun: boolean }): Promise<Maintained>
  planWatch(input: PlanWatchInput): Promise<PlannedWatch>
  judgeBatch(input: JudgeBatchInput): Promise<JudgedBatch>
  rollbackRun(input: RollbackRunRequest): Promise<RollbackSummary>
}

/** The activities of one worker over its dependencies. Every one may be repeated, also after it had its effect. */
export function createActivities(deps: Deps): Activities {
  const caches = createShardCaches(deps)
  return {
    openRun: (input) => guarded(() => openRun(deps, input)),
    takeTurn: ({ runId }) => guarded(() => takeTurn(deps, runId)),
    planRun: ({ runId }) => guarded((heartbeat) => planRun(deps, runId, heartbeat)),
    scoreShard: (input) => guarded((heartbeat) => scoreShard(deps, caches, input, heartbeat)),
    checkRun: ({ runId }) => guarded(() => checkRun(deps, runId)),
    compareRun: ({ runId }) => guarded((heartbeat) => compareRun(deps, runId, heartbeat)),
    evaluateRun: ({ runId }) => guarded(() => evaluateRun(deps, runId)),
    parkRun: (input) => guarded(() => parkRun(deps, input)),
    decideRun: (input) => guarded(() => decideRun(deps, input)),
    publishRun: ({ runId }) => guarded(() => publishRun(deps, runId)),
    reportRun: ({ runId }) => guarded(() => reportRun(deps, runId)),
    evaluateBatch: (input) => guarded((heartbeat) => evaluateBatch(deps, input, heartbeat)),
    planComparison: (input) => guarded(() => planComparison(deps, input)),
    compareBatches: (input) => guarded((heartbeat) => compareBatches(deps, input, heartbeat)),
    pauseSchedule: (input) => guarded(() => pauseSchedule(deps, input)),
    planBackfill: (input) => guarded(() => planBackfill(deps, input)),
    awaitBatch: (input) => guarded(() => awaitBatch(deps, input)),
    closeRun: (input) => guarded(() => closeRun(deps, input)),
    raiseUnopenedAlert: (input) => guarded(() => raiseUnopenedAlert(deps, input)),
    raiseAlert: (input) => guarded(() => raiseAlert(deps, input)),
    sendAlert: (input) => guarded(() => sendAlert(deps, input)),
    planMaintenance: (input) => guarded(() => planMaintenance(deps, input)),
    maintainJob: (input) => guarded((heartbeat) => maintainJob(deps, input, heartbeat)),
    maintainStore: (input) => guarded((heartbeat) => maintainStore(deps, input, heartbeat)),
    planWatch: (input) => guarded(() => planWatch(deps, input)),
    judgeBatch: (input) => guarded(() => judgeBatch(deps, input)),
    rollbackRun: (input) => guarded(() => rollbackRun(deps, input)),
  }
}

/** A sixth of the heartbeat timeout in workflows/activity-options.ts. */
const heartbeatIntervalMs = 5_000

/**
 * Heartbeats every 5 s to the end, and turns every error into a failure that says whether a retry can help. None at entry: it
 * would tell nothing, and cost Temporal a third of what a shard of a few rows costs it.
 */
async function guarded<T>(work: (heartbeat: Heartbeat) => Promise<T>): Promise<T> {
  const context = Context.current()
  let detail: Readonly<Record<string, number>> = {}
  const timer = setInterval(() => context.heartbeat(detail), heartbeatIntervalMs)
  try {
    return await work({ detail: (next) => (detail = next), signal: context.cancellationSignal })
  } catch (error) {
    throw asFailure(error, { attempt: context.info.attempt, signal: context.cancellationSignal })
  } finally {
    clearInterval(timer)
  }
}
