import {
  defineQuery,
  executeChild,
  isCancellation,
  ParentClosePolicy,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  uuid4,
  workflowInfo,
} from '@temporalio/workflow'
import type { CompareModelsInput, ComparisonProgress, ComparisonSummary } from '../schemas/comparison'
import { compareBatches, planComparison } from './activities'
import { comparisonDetails, comparisonOutcome } from './plan/comparison-details'
import { describeFailure } from './plan/describe-failure'
import { scoreBatch } from './score-batch'
import { inStoppingWindow } from './score-shards'
import { attributePairs } from './search-attributes'

export const comparisonProgressQuery = defineQuery<ComparisonProgress>('progress')

/** How a trial run may end after its rows were scored and compared: what its batch is like is no matter of the two models. */
const refusals = ['GATE_FAILED', 'RUN_QUARANTINE_LIMIT', 'SOURCE_ROWS_TOO_FEW']

const nothingDone: ComparisonProgress = {
  job: '',
  champion: '',
  challenger: '',
  batches: 0,
  scored: 0,
  underWay: [],
  refused: [],
  seconds: 0,
}

/**
 * Compare two versions of a model over past batches: each is scored by both in a trial run, which publishes nothing, then all
 * rows are compared at once. Safe to run again.
 */
export async function compareModels(input: CompareModelsInput): Promise<ComparisonSummary> {
  const startedMs = Date.now()
  const comparisonId = uuid4()
  let progress = nothingDone
  setHandler(comparisonProgressQuery, () => progress)
  const report = (change: (progress: ComparisonProgress) => Partial<ComparisonProgress>): void => {
    progress = { ...progress, ...change(progress), seconds: Math.round((Date.now() - startedMs) / 1_000) }
    setCurrentDetails(comparisonDetails(progress))
  }
  const { job, champion, challenger, batches, inFlight } = await planComparison({ input })
  report(() => ({ job, champion, challenger, batches: batches.length }))
  upsertSearchAttributes(attributePairs({ job, model: challenger }))

  const trials = batches.map((batch) => ({ batch, workflowId: `${workflowInfo().workflowId}/${batch}` }))
  await inStoppingWindow(trials, inFlight, async ({ batch, workflowId }) => {
    report(({ underWay }) => ({ underWay: [...underWay, batch] }))
    const isRefused = await tryOut(workflowId, { job, batch, model: champion, shadow: challenger })
    report(({ scored, underWay, refused }) => ({
      scored: scored + 1,
      underWay: underWay.filter((one) => one !== batch),
      refused: isRefused ? [...refused, batch] : refused,
    }))
  })
  const summary = await compareBatches({ comparisonId, job, trials })
  setCurrentDetails(`${comparisonDetails(progress)}\n\n${comparisonOutcome(summary)}`)
  return summary
}

/** Scores a batch by both models. @returns true where a gate or a rule of quality ended the run after that */
async function tryOut(
  workflowId: string,
  trial: {
    readonly job: string
    readonly batch: string
    readonly model: string
    readonly shadow: string
  },
): Promise<boolean> {
  try {
    await executeChild(scoreBatch, {
      workflowId,
      args: [{ ...trial, publish: false }],
      // a comparison that is terminated ends its runs in good order
      parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
      staticSummary: `Trial: ${trial.job} ${trial.batch}`.slice(0, 200),
    })
    return false
  } catch (error) {
    if (isCancellation(error) || !refusals.includes(describeFailure(error).code)) throw error
    return true
  }
}
