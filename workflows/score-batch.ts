import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common'
import {
  CancellationScope,
  defineQuery,
  executeChild,
  isCancellation,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow'
import type { RowCounts, RunState, RunSummary, ScoreBatchInput } from '../schemas/run'
import { checkRun, closeRun, evaluateRun, openRun, planRun, publishRun, reportRun } from './activities'
import { describeFailure } from './plan/describe-failure'
import { childrenInFlight, shardRanges, shardsPerWorkflow } from './plan/shard-range'
import { addCounts, inStoppingWindow, scoreShards } from './score-shards'

/** How far a run is: the answer of the query `progress`. */
export interface RunProgress {
  readonly runId: string | null
  readonly batch: string | null
  readonly state: RunState
  readonly shards: number
  /** Above 150 shards child workflows score them: then this grows by whole children. */
  readonly shardsDone: number
  readonly rows: RowCounts
}

export const progressQuery = defineQuery<RunProgress>('progress')

/** Set by the server on what a schedule starts. */
const scheduledStartTime = defineSearchAttributeKey(
  'TemporalScheduledStartTime',
  SearchAttributeType.DATETIME,
)

/** Score one batch with one model version. Safe to run again: a rerun replaces the batch. */
export async function scoreBatch(input: ScoreBatchInput): Promise<RunSummary> {
  let progress: RunProgress = {
    runId: null,
    batch: null,
    state: 'opening',
    shards: 0,
    shardsDone: 0,
    rows: { read: 0, scored: 0, quarantined: 0, filtered: 0 },
  }
  const report = (change: Partial<RunProgress>): void => {
    progress = { ...progress, ...change }
    setCurrentDetails(
      `**${progress.state}** · ${progress.shardsDone} of ${progress.shards} shards · ${progress.rows.scored} rows scored, ` +
        `${progress.rows.quarantined} quarantined, ${progress.rows.filtered} filtered`,
    )
  }
  setHandler(progressQuery, () => progress)

  const { workflowId, firstExecutionRunId, startTime, typedSearchAttributes } = workflowInfo()
  const due = (typedSearchAttributes.get(scheduledStartTime) ?? startTime).toISOString()
  const run = await openRun({ input, workflowId, firstRunId: firstExecutionRunId, due })
  let evaluated = false
  try {
    report({ runId: run.runId, batch: run.batch, state: 'planning' })
    const plan = await planRun({ runId: run.runId })
    report({ state: 'scoring', shards: plan.shards })
    await scoreAll(run.runId, plan, (shards, counts) =>
      report({ shardsDone: progress.shardsDone + shards, rows: addCounts(progress.rows, counts) }),
    )
    report({ state: 'checking' })
    await checkRun({ runId: run.runId })
    evaluated = true
    await evaluateRun({ runId: run.runId })
    report({ state: 'publishing' })
    const summary = await publishRun({ runId: run.runId })
    report({ state: summary.state })
    return { ...summary, ...(await makeReport(run.runId)) }
  } catch (error) {
    const failure = describeFailure(error)
    const state = isCancellation(error) ? 'cancelled' : failure.code === 'GATE_HOLDS' ? 'rejected' : 'failed'
    await CancellationScope.nonCancellable(async () => {
      await closeRun({ runId: run.runId, state, ...failure })
      if (evaluated) await makeReport(run.runId)
    })
    report({ state })
    throw error
  }
}

/** A run stands as it is where its report cannot be made; `nightscore report` says so, and an evaluation makes it again. */
async function makeReport(runId: string): Promise<Partial<Pick<RunSummary, 'verdict' | 'headline'>>> {
  try {
    const { verdict, headline } = await reportRun({ runId })
    return { verdict, headline }
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
