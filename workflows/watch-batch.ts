import { setCurrentDetails, sleep } from '@temporalio/workflow'
import type { WatchBatchInput, WatchSummary } from '../schemas/alert'
import { judgeBatch, planWatch, sendAlert } from './activities'
import { dueTime } from './due-time'

/** Waits until a batch is to be published (schedule.due of its job), and tells the job's webhook where it is not. */
export async function watchBatch(input: WatchBatchInput): Promise<WatchSummary> {
  const { job, batch, due, waitMs } = await planWatch({ input, scheduledAt: dueTime() })
  if (due === null) return { job, batch, due, isLate: false, state: null }
  setCurrentDetails(`${job} ${batch} is to be published by ${due}.`)
  await sleep(waitMs)
  const { isLate, state, alert } = await judgeBatch({ job, batch, due })
  setCurrentDetails(
    `${job} ${batch} is ${isLate ? '**late**' : 'published'}; newest run: ${state ?? 'none'}.`,
  )
  if (alert !== null) await sendAlert(alert)
  return { job, batch, due, isLate, state }
}
