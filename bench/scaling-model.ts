import { childrenInFlight, shardsPerWorkflow } from '../workflows/plan/shard-range'
import { scalingConstants as constants } from './scaling-constants'

/** A run and what it has to run on. */
export interface ScalingLoad {
  readonly rows: number
  readonly shardRows: number
  /** Cores of all workers together. */
  readonly workerCores: number
  /** Cores of the Postgres server that takes the predictions: writers that do not wait for each other. */
  readonly postgresCores: number
  readonly trees: boolean
}

export interface ScalingEstimate {
  readonly shards: number
  readonly children: number
  /** In the largest history. */
  readonly events: number
  readonly scoreHours: number
  readonly copyHours: number
  /** One process builds it, after the last shard. */
  readonly keyHours: number
  readonly orchestrationHours: number
  /** Scoring, COPY and orchestration go on side by side: the longest of them, and then the key. */
  readonly hours: number
  readonly bound: 'scoring' | 'COPY' | 'orchestration'
  readonly sourceGb: number
  readonly tableGb: number
  readonly keyGb: number
  readonly logGb: number
}

/** The key of 5 M rows is sorted within maintenance_work_mem; beyond, a sort of n rows grows as n log n. */
const keyMeasuredRows = 5e6

/** What a run takes, in proportion to what was measured on small ones. Pure. */
export function scalingModel(load: ScalingLoad): ScalingEstimate {
  const { rows, workerCores, postgresCores } = load
  const hours = (micros: number, cores: number): number => (rows * micros) / 1e6 / 3_600 / cores
  const gb = (bytes: number): number => (rows * bytes) / 1e9
  const shards = Math.ceil(rows / load.shardRows)
  const children = shards <= shardsPerWorkflow ? 0 : Math.ceil(shards / shardsPerWorkflow)
  const micros = constants.workerMicros.value + (load.trees ? constants.treesMicros.value : 0)
  const sortFactor = Math.max(1, Math.log2(rows) / Math.log2(keyMeasuredRows))
  const scoreHours = hours(micros, workerCores)
  const copyHours = hours(constants.copyMicros.value, postgresCores)
  const keyHours = hours(constants.checkMicros.value * sortFactor, 1)
  const orchestrationHours = (shards * constants.shardMs.value) / 1e3 / 3_600
  const together = { scoring: scoreHours, COPY: copyHours, orchestration: orchestrationHours }
  const bound = (Object.keys(together) as (keyof typeof together)[]).reduce((a, b) =>
    together[b] > together[a] ? b : a,
  )
  return {
    shards,
    children,
    events: Math.max(
      constants.runEvents.value + children * constants.childEvents.value,
      Math.min(shards, shardsPerWorkflow) * 6,
    ),
    scoreHours,
    copyHours,
    keyHours,
    orchestrationHours,
    hours: together[bound] + keyHours,
    bound,
    sourceGb: gb(constants.sourceBytes.value),
    tableGb: gb(constants.tableBytes.value),
    keyGb: gb(constants.keyBytes.value),
    logGb: gb(constants.logBytes.value),
  }
}

/** `shards.inFlight` that keeps `workers` busy: what they hold, and as much again for the children that take turns. */
export function inFlightFor(workers: number, threads: number): number {
  return childrenInFlight * workers * (threads + 2)
}
