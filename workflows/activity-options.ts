import type { ActivityOptions } from '@temporalio/workflow'

/**
 * Timeouts, heartbeat and retries of each activity. docs/operations.md shows this table with the reasons.
 *
 * All: errors that no retry can mend (wrong input, data or model) are raised non-retryable by the activity itself, so
 * attempts are not counted here; what is retried is the network, a restarting server, a lost worker. `scheduleToClose`
 * bounds the whole: an outage of a night is survived, one of days ends the run, which can be resumed.
 */
const retry = { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' } as const
/** A worker heartbeats every 5 s; 30 s bridges a garbage collection or a slow disk and still finds a killed worker soon. */
const heartbeatTimeout = '30s'

export const activityOptions = {
  /** A few statements in the control database. */
  openRun: { startToCloseTimeout: '1m', scheduleToCloseTimeout: '24h', retry },
  /**
   * A few statements, repeated while other runs of the job are before this one: attempts leave no event in the history, so
   * waiting for weeks costs nothing.
   */
  takeTurn: {
    startToCloseTimeout: '1m',
    scheduleToCloseTimeout: '30d',
    retry: { ...retry, maximumInterval: '10s' },
  },
  /** Stages whole tables: hours are legitimate, silence is not. */
  planRun: { startToCloseTimeout: '12h', heartbeatTimeout, scheduleToCloseTimeout: '24h', retry },
  /**
   * Seconds as a rule; a slow model on a large shard may take much longer. After all else that waits in the queue (which has
   * priority 3): another run is opened, checked and published between the shards of a large one.
   */
  scoreShard: {
    startToCloseTimeout: '2h',
    heartbeatTimeout,
    scheduleToCloseTimeout: '24h',
    retry,
    priority: { priorityKey: 4 },
  },
  /** Builds a primary key: about 2 s per 5 M rows, but the table may be a thousand times that. */
  checkRun: { startToCloseTimeout: '6h', heartbeatTimeout, scheduleToCloseTimeout: '24h', retry },
  /** Seconds for millions of rows. */
  compareRun: { startToCloseTimeout: '1h', heartbeatTimeout, scheduleToCloseTimeout: '24h', retry },
  /** Merges the shards' profiles and compares: a second as a rule; ten thousand shards take longer to read. */
  evaluateRun: { startToCloseTimeout: '1h', heartbeatTimeout, scheduleToCloseTimeout: '24h', retry },
  /** A statement. */
  parkRun: { startToCloseTimeout: '1m', scheduleToCloseTimeout: '24h', retry },
  /** A few statements; of a rejected run the table is dropped. */
  decideRun: { startToCloseTimeout: '10m', heartbeatTimeout, scheduleToCloseTimeout: '24h', retry },
  /** Renames and one short transaction; waits for a lock in small steps. */
  publishRun: { startToCloseTimeout: '10m', heartbeatTimeout, scheduleToCloseTimeout: '24h', retry },
  /** A page from numbers that are there; one that cannot be made soon is not waited for. */
  reportRun: { startToCloseTimeout: '5m', heartbeatTimeout, scheduleToCloseTimeout: '1h', retry },
  /** Seconds for millions of rows; a source of labels may take much longer. */
  evaluateBatch: { startToCloseTimeout: '6h', heartbeatTimeout, scheduleToCloseTimeout: '24h', retry },
  /** A few statements. */
  planComparison: { startToCloseTimeout: '1m', scheduleToCloseTimeout: '24h', retry },
  /** As compareRun, over hundreds of batches; a source of labels may take much longer. */
  compareBatches: { startToCloseTimeout: '6h', heartbeatTimeout, scheduleToCloseTimeout: '24h', retry },
  /** A statement and a call to Temporal; the run has failed by then, and is not kept open for long. */
  pauseSchedule: { startToCloseTimeout: '1m', scheduleToCloseTimeout: '1h', retry },
  /** Two statements. */
  planBackfill: { startToCloseTimeout: '1m', scheduleToCloseTimeout: '24h', retry },
  /** As takeTurn. */
  awaitBatch: {
    startToCloseTimeout: '1m',
    scheduleToCloseTimeout: '30d',
    retry: { ...retry, maximumInterval: '10s' },
  },
  /** A few statements; must get through, or the batch stays locked until the next run takes it over. */
  closeRun: { startToCloseTimeout: '2m', scheduleToCloseTimeout: '24h', retry },
  /** A few statements; a run does not wait long for its alert to be on record. */
  raiseUnopenedAlert: { startToCloseTimeout: '1m', scheduleToCloseTimeout: '1h', retry },
  raiseAlert: { startToCloseTimeout: '1m', scheduleToCloseTimeout: '1h', retry },
  /** One request; a receiver is waited for 10 s. */
  sendAlert: { startToCloseTimeout: '30s', scheduleToCloseTimeout: '24h', retry },
  /** A few statements. */
  planMaintenance: { startToCloseTimeout: '1m', scheduleToCloseTimeout: '24h', retry },
  /** Waits for readers, a minute a partition at most; there may be years of leftovers the first time. */
  maintainJob: { startToCloseTimeout: '12h', heartbeatTimeout, scheduleToCloseTimeout: '24h', retry },
  /** A few statements and folders. */
  maintainStore: { startToCloseTimeout: '1h', heartbeatTimeout, scheduleToCloseTimeout: '24h', retry },
  /** A few statements. */
  planWatch: { startToCloseTimeout: '1m', scheduleToCloseTimeout: '24h', retry },
  /** A few statements. */
  judgeBatch: { startToCloseTimeout: '1m', scheduleToCloseTimeout: '24h', retry },
  /** As publishRun; somebody waits for it. */
  rollbackRun: { startToCloseTimeout: '10m', heartbeatTimeout, scheduleToCloseTimeout: '1h', retry },
} as const satisfies Record<string, ActivityOptions>
