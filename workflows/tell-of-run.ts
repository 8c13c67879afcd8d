import { CancellationScope, isCancellation, log, ParentClosePolicy, startChild } from '@temporalio/workflow'
import type { AlertReference } from '../schemas/alert'
import type { ScoreBatchInput } from '../schemas/run'
import { raiseAlert, raiseUnopenedAlert } from './activities'
import { deliverAlert } from './deliver-alert'
import { dueTime } from './due-time'
import { describeFailure } from './plan/describe-failure'
import { scheduledBy } from './scheduled-by'

/** Tells the job's webhook of a run, where the job wants that. */
export const tellOfRun = (runId: string, event: 'fail' | 'hold'): Promise<void> =>
  deliver(event, () => raiseAlert({ runId, event }))

/**
 * Tells of a scheduled start that came to no run: nobody looks at its workflow. Who starts one by hand sees for himself, and a batch
 * that is being scored by hand at the time is no failure.
 */
export async function tellOfUnopened(input: ScoreBatchInput, error: unknown): Promise<void> {
  const failure = describeFailure(error)
  if (scheduledBy() === undefined || isCancellation(error) || failure.code === 'RUN_IN_PROGRESS') return
  await CancellationScope.nonCancellable(() =>
    // the input is as somebody wrote it: nothing at all, perhaps
    deliver('fail', () => raiseUnopenedAlert({ job: input.job, due: dueTime(), ...failure })),
  )
}

/**
 * The message goes by a workflow of its own: a receiver that is down holds up no run, and nothing here changes how one ends.
 */
async function deliver(event: string, raise: () => Promise<AlertReference | null>): Promise<void> {
  try {
    const alert = await raise()
    if (alert === null) return
    await startChild(deliverAlert, {
      workflowId: `alert/${alert.alertId}`,
      args: [alert],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      staticSummary: `Alert: ${event}`,
    })
  } catch (error) {
    log.warn('The alert could not be raised', { event, error })
  }
}
