import { proxyActivities } from '@temporalio/workflow'
import type { Activities } from '../activities'
import { activityOptions } from './activity-options'

/** The activities as workflows call them, each with its own options and a summary that the Temporal UI shows. */
const proxy = <Name extends keyof typeof activityOptions & keyof Activities>(name: Name, summary?: string) =>
  proxyActivities<Pick<Activities, Name>>({
    ...activityOptions[name],
    ...(summary === undefined ? {} : { summary }),
  })[name]

export const openRun = proxy('openRun', 'Resolve job and model, take the batch')
export const takeTurn = proxy('takeTurn', 'Wait until few enough runs of the job are at work')
export const planRun = proxy('planRun', 'List or stage the source, write the shard manifest')
export const checkRun = proxy('checkRun', 'Check the counts, build the key')
export const compareRun = proxy('compareRun', 'Compare the model with its shadow')
export const evaluateRun = proxy('evaluateRun', 'Compare with the reference, ask the gates')
export const parkRun = proxy('parkRun', 'Hold the run until somebody decides')
export const decideRun = proxy('decideRun', 'Record who decided, and why')
export const publishRun = proxy('publishRun', 'Make the run the visible one')
export const evaluateLabels = proxy('evaluateBatch', 'Take new labels, join them to the predictions, judge')
export const reportRun = proxy('reportRun', 'Write the report')
export const planComparison = proxy('planComparison', 'Resolve the two models, list the batches')
export const compareBatches = proxy('compareBatches', 'Compare both models over all batches')
export const planBackfill = proxy('planBackfill', 'List the next batches, leave out what is published')
export const awaitBatch = proxy('awaitBatch', 'Wait for the run of this batch that somebody else started')
export const closeRun = proxy('closeRun', 'Record the end, leave the former predictions')
export const pauseSchedule = proxy('pauseSchedule', 'Pause the schedule, if the job asks for it')
export const raiseUnopenedAlert = proxy('raiseUnopenedAlert', 'Put on record that no run could be opened')
export const raiseAlert = proxy('raiseAlert', 'Put an alert on record, if the job wants it')
export const sendAlert = proxy('sendAlert', 'Send an alert to the job’s webhook')
export const planMaintenance = proxy('planMaintenance', 'List the jobs')
export const maintainJob = proxy('maintainJob', 'Drop what the job’s retention does not keep')
export const maintainStore = proxy('maintainStore', 'Drop what belongs to no job any more')
export const planWatch = proxy('planWatch', 'Which batch is to be published until when')
export const judgeBatch = proxy('judgeBatch', 'Is the batch published?')
export const republishRun = proxy('rollbackRun', 'Make a former revision the visible one')

/** Scores one shard; the summary names it. */
export const scoreShard = (runId: string, shardNo: number) =>
  proxy('scoreShard', `Shard ${shardNo}`)({ runId, shardNo })
