import {
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  condition,
  defineUpdate,
  isCancellation,
  setCurrentDetails,
  setHandler,
} from '@temporalio/workflow'
import type { HoldDecision, RunSummary } from '../schemas/run'
import { closeRun, decideRun, publishRun, reportRun } from './activities'
import { describeFailure } from './plan/describe-failure'
import { tellOfRun } from './tell-of-run'

/** Input of the child workflow that keeps a run which a gate holds back. */
export interface HoldRunInput {
  readonly runId: string
  readonly job: string
  readonly batch: string
  /** Which gate, and what it found. */
  readonly why: string
  readonly timeoutMs: number
}

/** Publish the held run. Answers when it is published. */
export const approveUpdate = defineUpdate<RunSummary, [HoldDecision]>('approve')
/** Close the held run; the batch's former predictions stay. */
export const rejectUpdate = defineUpdate<RunSummary, [HoldDecision]>('reject')

interface Decided extends HoldDecision {
  readonly decision: 'approved' | 'rejected'
}

/**
 * Keeps a held run until somebody approves or rejects it, or its time is up: then it is rejected. The run that a gate held back
 * has ended by then, so no schedule and no backfill waits for people.
 */
export async function holdRun({ runId, job, batch, why, timeoutMs }: HoldRunInput): Promise<RunSummary> {
  let decided: Decided | undefined
  let ended: { readonly summary: RunSummary } | { readonly failure: unknown } | undefined
  const decide = (decision: Decided['decision']) => async (made: HoldDecision) => {
    decided = { ...made, decision }
    await condition(() => ended !== undefined)
    if (ended && 'summary' in ended) return ended.summary
    throw ApplicationFailure.nonRetryable(describeFailure(ended?.failure).message, 'RUN_STATE')
  }
  const validator = (made: unknown): void => {
    if (decided) throw refusal(`the run was ${decided.decision} by ${decided.by} already`)
    checkDecision(made)
  }
  setHandler(approveUpdate, decide('approved'), { validator, description: '{"by": "who", "why": "reason"}' })
  setHandler(rejectUpdate, decide('rejected'), { validator, description: '{"by": "who", "why": "reason"}' })
  setCurrentDetails(
    `**held**: ${job} ${batch}. ${why}\n\nSend the Update \`approve\` or \`reject\` with ` +
      '`{"by": "who", "why": "reason"}`, or run `nightscore run approve ' +
      `${runId.slice(0, 8)} --why …\`. Its report: \`nightscore report ${runId.slice(0, 8)}\`. Until then readers see the batch's former predictions.`,
  )
  try {
    if (!(await condition(() => decided !== undefined, timeoutMs)))
      decided = { decision: 'rejected', by: 'timeout', why: 'Nobody decided in time.' }
    const summary = await carryOut(runId, decided as Decided)
    ended = { summary }
    setCurrentDetails(`**${summary.state}** by ${decided?.by}: ${decided?.why}`)
    await condition(allHandlersFinished)
    return summary
  } catch (error) {
    const state = isCancellation(error) ? 'cancelled' : 'failed'
    await CancellationScope.nonCancellable(async () => {
      await closeRun({ runId, state, ...describeFailure(error) })
      if (state === 'failed') await tellOfRun(runId, 'fail')
    })
    ended = { failure: error }
    await CancellationScope.nonCancellable(() => condition(allHandlersFinished))
    throw error
  }
}

async function carryOut(runId: string, decided: Decided): Promise<RunSummary> {
  const rejected = await decideRun({ runId, ...decided })
  const summary = decided.decision === 'approved' ? await publishRun({ runId }) : rejected
  try {
    const { verdict, headline, report } = await reportRun({ runId })
    return { ...summary, verdict, headline, report }
  } catch (error) {
    if (isCancellation(error)) throw error
    return summary // the run stands as it is where its report cannot be made
  }
}

/** What an Update carries is typed by hand in the Temporal UI: it is told at once what it lacks. */
function checkDecision(made: unknown): void {
  const { by, why, ...others } = (typeof made === 'object' && made !== null ? made : {}) as Record<
    string,
    unknown
  >
  const unknown = Object.keys(others)
  if (unknown.length > 0) throw refusal(`unknown field ${unknown.join(', ')}`)
  for (const [name, value] of Object.entries({ by, why }))
    if (typeof value !== 'string' || value.trim() === '')
      throw refusal(value === undefined ? `no ${name}` : `${name} = ${JSON.stringify(value)}`)
}

const refusal = (found: string): ApplicationFailure =>
  ApplicationFailure.nonRetryable(
    `Found ${found}; expected {"by": "who decides", "why": "the reason"} for a run that is held.`,
    'INPUT_INVALID',
  )
