import { log, ParentClosePolicy, startChild } from '@temporalio/workflow'
import { raiseAlert } from './activities'
import { deliverAlert } from './deliver-alert'

/**
 * Tells the job's webhook of a run, where the job wants that. The message goes by a workflow of its own: a receiver that is down
 * holds up no run, and nothing here changes how one ends.
 */
export async function tellOfRun(runId: string, event: 'fail' | 'hold'): Promise<void> {
  try {
    const alert = await raiseAlert({ runId, event })
    if (alert === null) return
    await startChild(deliverAlert, {
      workflowId: `alert/${alert.alertId}`,
      args: [alert],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      staticSummary: `Alert: ${event}`,
    })
  } catch (error) {
    log.warn('The alert could not be raised', { runId, event, error })
  }
}
