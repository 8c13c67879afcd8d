import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common'
import {
  CancellationScope,
  continueAsNew,
  defineQuery,
  executeChild,
  ParentClosePolicy,
  setCurrentDetails,
  setHandler,
  sleep,
  upsertSearchAttributes,
} from '@temporalio/workflow'
import type {
  BackfillFailure,
  BackfillInput,
  BackfillProgress,
  BackfillRequest,
  BackfillSummary,
} from '../schemas/backfill'
import { awaitBatch, planBackfill } from './activities'
import { backfillDetails, batchesLeft } from './plan/backfill-details'
import type { BackfillItem } from './plan/backfill-page'
import { describeFailure } from './plan/describe-failure'
import { inOrderedWindow } from './plan/in-ordered-window'
import { scoreBatch } from './score-batch'
import { attributePairs } from './search-attributes'

export const backfillProgressQuery = defineQuery<BackfillProgress>('progress')

/** What one history of a backfill hands to the next. Nothing is under way then. */
export interface BackfillCarried {
  readonly place: number
  readonly startedMs: number
  readonly progress: BackfillProgress
}

const nothingDone: BackfillProgress = {
  job: '',
  from: '',
  to: '',
  batches: 0,
  published: 0,
  skipped: 0,
  held: 0,
  failed: 0,
  underWay: [],
  firstFailures: [],
  seconds: 0,
}

/** So often a batch that somebody else keeps taking is tried. */
const triesAtMost = 5
const failuresShown = 10

/**
 * Score all batches from one to another, in order of time, several at a time. Published ones are skipped unless `redo`: the same
 * backfill started again goes on where it stopped. A batch that fails or is held does not stop the others unless `stopOnFailure`.
 * @param carried handed on by the history before; not for people
 */
export async function backfill(input: BackfillInput, carried?: BackfillCarried): Promise<BackfillSummary> {
  const startedMs = carried?.startedMs ?? Date.now()
  let progress: BackfillProgress = carried?.progress ?? nothingDone
  const report = (change: (progress: BackfillProgress) => Partial<BackfillProgress>): void => {
    progress = { ...progress, ...change(progress), seconds: Math.round((Date.now() - startedMs) / 1_000) }
    setCurrentDetails(backfillDetails(progress))
  }
  setHandler(backfillProgressQuery, () => progress)

  const plan = await planBackfill({ input, place: carried?.place ?? 0 })
  const { request, batches } = plan
  const { job, from, to } = request
  if (!carried) upsertSearchAttributes(attributePairs({ job }))
  report(({ skipped }) => ({ job, from, to, batches, skipped: skipped + plan.skipped }))
  const goesOn = () => !request.stopOnFailure || progress.failed + progress.held === 0
  await inOrderedWindow(
    plan.items,
    request.inFlight,
    async (item) => {
      report(({ underWay }) => ({ underWay: [...underWay, item.batch] }))
      const { kind, failure } = await scoreOne(request, item)
      report(({ underWay, firstFailures, ...counts }) => ({
        [kind]: counts[kind] + 1,
        underWay: underWay.filter((batch) => batch !== item.batch),
        firstFailures: failure ? [...firstFailures, failure].slice(0, failuresShown) : firstFailures,
      }))
    },
    goesOn,
  )
  if (plan.nextPlace !== null && goesOn())
    await continueAsNew<typeof backfill>(input, { place: plan.nextPlace, startedMs, progress })
  const { underWay: _none, ...summary } = progress
  return { ...summary, notStarted: batchesLeft(progress) }
}

interface Outcome {
  readonly kind: 'published' | 'skipped' | 'held' | 'failed'
  readonly failure?: BackfillFailure
}

/** One batch to its end, whatever that is. @throws only where the backfill itself is cancelled */
async function scoreOne(
  { job, model, redo }: BackfillRequest,
  { batch, comparedBefore }: BackfillItem,
): Promise<Outcome> {
  for (let attempt = 1; ; attempt++) {
    try {
      const { state } = await executeChild(scoreBatch, {
        workflowId: `score/${job}/${batch}`,
        args: [
          {
            job,
            batch,
            ...(model !== undefined && { model }),
            ...(comparedBefore !== null && { comparedBefore }),
          },
        ],
        // a backfill that is terminated ends its runs in good order
        parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
        staticSummary: `Score ${job} ${batch}`.slice(0, 200),
      })
      return { kind: state === 'held' ? 'held' : 'published' }
    } catch (error) {
      if (CancellationScope.current().consideredCancelled) throw error
      const failure = { batch, ...describeFailure(error) }
      const taken =
        error instanceof WorkflowExecutionAlreadyStartedError || failure.code === 'RUN_IN_PROGRESS'
      if (!taken || attempt === triesAtMost) return { kind: 'failed', failure }
      const standing = await awaitBatch({ job, batch })
      if (standing === 'held') return { kind: 'held' }
      if (standing === 'published' && !redo) return { kind: 'skipped' }
      await sleep(attempt * 10_000) // its workflow may still be making the report
    }
  }
}
