import type { Connections } from './data/postgres/connections'
import type { EvaluationPool } from './evaluation/labels/evaluation-pool'
import type { ModelKeys } from './scoring/model-keys'
import type { ScoringPool } from './scoring/score-shard-task'

/** Is the workflow that a run on record belongs to still going on? */
export type WorkflowIsOpen = (workflowId: string, firstRunId: string) => Promise<boolean>

/** Pauses a schedule, with a note; one that is gone is left alone. */
export type PauseTemporalSchedule = (scheduleId: string, note: string) => Promise<void>

/** All that activities need of the outside; a worker makes it once. */
export interface Deps {
  readonly connections: Connections
  /** Absolute folder, or s3://bucket/prefix, for staged files, shared by all workers. */
  readonly storeFolder: string
  /** NIGHTSCORE_DATA_ROOTS; empty: each job's own folder. */
  readonly dataRoots: readonly string[]
  readonly pool: ScoringPool
  readonly evaluationPool: EvaluationPool
  readonly modelKeys: ModelKeys
  readonly workflowIsOpen: WorkflowIsOpen
  readonly pauseTemporalSchedule: PauseTemporalSchedule
  /** Webhooks are looked up in it when they are needed. */
  readonly environment: NodeJS.ProcessEnv
  /** Where people read reports (NIGHTSCORE_SERVICE_URL); undefined: nothing links to them. */
  readonly serviceUrl: string | undefined
  /** How this worker signs the shards that it commits. */
  readonly workerName: string
}
