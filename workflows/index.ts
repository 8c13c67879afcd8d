/** What a worker registers; each name is a workflow type as the Temporal UI shows it. */
export { evaluateBatch } from './evaluate-batch'
export { holdRun } from './hold-run'
export { scoreBatch } from './score-batch'
export { scoreShards } from './score-shards'
