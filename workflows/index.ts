/** What a worker registers; each name is a workflow type as the Temporal UI shows it. */
export { backfill } from './backfill'
export { deliverAlert } from './deliver-alert'
export { evaluateBatch } from './evaluate-batch'
export { holdRun } from './hold-run'
export { rollbackRun } from './rollback-run'
export { scoreBatch } from './score-batch'
export { scoreShards } from './score-shards'
export { watchBatch } from './watch-batch'
