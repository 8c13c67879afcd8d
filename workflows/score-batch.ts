import type { SearchAttributePair } from '@temporalio/common'
import {
  CancellationScope,
  defineQuery,
  executeChild,
  isCancellation,
  ParentClosePolicy,
  setCurrentDetails,
  setHandler,
  startChild,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow'
import type { RowCounts, RunSummary, ScoreBatchInput } from '../schemas/run'
import {
  checkRun,
  closeRun,
  compareRun,
  evaluateRun,
  openRun,
  parkRun,
  planRun,
  publishRun,
  reportRun,
  takeTurn,
} from './activities'
import { dueTime } from './due-time'
import { holdRun, type HoldRunInput } from './hold-run'
import { pausingSchedule } from './pausing-schedule'
import { describeFailure } from './plan/describe-failure'
import { progressDetails, progressSpeed, type RunProgress } from './plan/progress-details'
import { childrenInFlight, shardRanges, shardsPerWorkflow } from './plan/shard-range'
import { addCounts, inStoppingWindow, scoreShards } from './score-shards'
import { attributePairs } from './search-attributes'
import { tellOfRun, tellOfUnopened } from './tell-of-run'

export const progressQuery = defineQuery<RunProgress>('progress')

/** Score one batch with one model version. Safe to run again: a rerun replaces the batch. */
export async function scoreBatch(input: ScoreBatchInput): Promise<RunSummary> {
  return pausingSchedule(() => scoreOneBatch(input))
}

async function scoreOneBatch(input: ScoreBatchInput): Promise<RunSummary> {
  const report = followProgress()
  const { workflowId, firstExecutionRunId } = workflowInfo()
  const opening = openRun({ input, workflowId, firstRunId: firstExecutionRunId, due: dueTime() })
  const run = await opening.catch(async (error: unknown) => {
    await tellOfUnopened(input, error)
    throw error
  })
  const { runId, job, batch, model } = run
  upsertSearchAttributes(attributePairs({ job, batch, model }))
  let evaluated = false
  try {
    report({ runId, batch, model })
    await takeTurn({ runId })
    report({ state: 'planning' })
    const plan = await planRun({ runId })
    report({ state: 'scoring', shards: plan.shards })
    const startedMs = Date.now()
    await scoreAll(runId, plan, (shards, counts) =>
      report((progress) => {
        const done = { shardsDone: progress.shardsDone + shards, rows: addCounts(progress.rows, counts) }
        return { ...done, ...progressSpeed({ ...progress, ...done }, Date.now() - startedMs) }
      }),
    )
    report({ state: 'checking' })
    await checkRun({ runId })
    if (run.hasShadow) await compareRun({ runId })
    evaluated = true
    const { verdict, hold } = await evaluateRun({ runId })
    upsertSearchAttributes(attributePairs({ verdict }))
    if (hold) {
      report({ state: 'held' })
      const attributes = attributePairs({ job, batch, model, verdict })
      // once its workflow has begun the run is held, whoever cancels this one: that workflow is what to cancel then
      return await CancellationScope.nonCancellable(() =>
        holdBack({ ...hold, runId, job, batch }, attributes),
      )
    }
    report({ state: 'publishing' })
    const summary = await publishRun({ runId })
    report({ state: summary.state })
    const reported = await makeReport(runId)
    report(reported)
    return { ...summary, ...reported }
  } catch (error) {
    const state = isCancellation(error) ? 'cancelled' : 'failed'
    const reported = await CancellationScope.nonCancellable(async () => {
      await closeRun({ runId, state, ...describeFailure(error) })
      const made = evaluated ? await makeReport(runId) : {}
      if (state === 'failed') await tellOfRun(runId, 'fail')
      return made
    })
    report({ ...reported, state })
    throw error
  }
}

type Report = (change: Partial<RunProgress> | ((progress: RunProgress) => Partial<RunProgress>)) => void

/** Answers the query `progress` and keeps the current details; both change by what is reported. */
function followProgress(): Report {
  let progress: RunProgress = {
    runId: null,
    batch: null,
    model: null,
    state: 'opening',
    shards: 0,
    shardsDone: 0,
    rows: { read: 0, scored: 0, quarantined: 0, filtered: 0 },
    rowsPerSecond: 0,
    secondsLeft: null,
  }
  setHandler(progressQuery, () => progress)
  return (change) => {
    progress = { ...progress, ...(typeof change === 'function' ? change(progress) : change) }
    setCurrentDetails(progressDetails(progress))
  }
}

/** Hands a run that a gate holds back to a workflow of its own: this one ends, and no schedule or backfill waits for people. */
async function holdBack(
  input: HoldRunInput,
  typedSearchAttributes: SearchAttributePair[],
): Promise<RunSummary> {
  const { runId, job, batch, why, timeoutMs } = input
  const { workflowId, firstExecutionRunId } = await startChild(holdRun, {
    workflowId: `${workflowInfo().workflowId}/hold`,
    args: [input],
    parentClosePolicy: ParentClosePolicy.ABANDON,
    staticSummary: `Held: ${job} ${batch}`.slice(0, 200),
    typedSearchAttributes,
  })
  const summary = await parkRun({ runId, why, timeoutMs, workflowId, firstRunId: firstExecutionRunId })
  const reported = await makeReport(runId)
  await tellOfRun(runId, 'hold')
  return { ...summary, ...reported }
}

/** A run stands as it is where its report cannot be made; `nightscore report` says so, and an evaluation makes it again. */
async function makeReport(
  runId: string,
): Promise<Partial<Pick<RunSummary, 'verdict' | 'headline' | 'report'>>> {
  try {
    const { verdict, headline, report } = await reportRun({ runId })
    return { verdict, headline, report }
  } catch {
    return {}
  }
}

async function scoreAll(
  runId: string,
  { shards, inFlight }: { readonly shards: number; readonly inFlight: number },
  onShards: (shards: number, counts: RowCounts) => void,
): Promise<void> {
  if (shards <= shardsPerWorkflow) {
    await scoreShards({ runId, from: 0, to: shards, inFlight }, (counts) => onShards(1, counts))
    return
  }
  const childInFlight = Math.ceil(inFlight / childrenInFlight)
  await inStoppingWindow(shardRanges(shards, shardsPerWorkflow), childrenInFlight, async (range) => {
    const counts = await executeChild(scoreShards, {
      workflowId: `${workflowInfo().workflowId}/shards/${range.from}-${range.to - 1}`,
      args: [{ runId, ...range, inFlight: childInFlight }],
      staticSummary: `Shards ${range.from} to ${range.to - 1}`,
    })
    onShards(range.to - range.from, counts)
  })
}
