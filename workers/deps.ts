import { hostname } from 'node:os'
import { ScheduleNotFoundError, WorkflowNotFoundError, type Client } from '@temporalio/client'
import type { Deps, PauseTemporalSchedule, WorkflowIsOpen } from '../activities/deps'
import { Connections } from '../activities/data/postgres/connections'
import { evaluationOnS3 } from '../activities/evaluation/labels/evaluation-on-s3'
import { createEvaluationPool } from '../activities/evaluation/labels/evaluation-pool'
import { readModelKeys } from '../activities/scoring/model-keys'
import { createScoringPool } from '../activities/scoring/scoring-pool'
import { shardsOnS3 } from '../activities/scoring/shards-on-s3'
import { requireDatabaseUrl, type Config } from './config'

/**
 * Makes what a worker's activities need; `close` ends threads and connections.
 * @param options.warm the scoring threads are started now, not with the first shards
 * @param options.onScored told of each scored shard's time in its thread, milliseconds
 */
export function createDeps(
  config: Config,
  temporal: Client,
  {
    warm = false,
    onScored = () => undefined,
  }: { readonly warm?: boolean; readonly onScored?: (ms: number) => void } = {},
): { readonly deps: Deps; readonly close: () => Promise<void> } {
  const connections = new Connections({
    controlUrl: requireDatabaseUrl(config),
    environment: config.environment,
    activitySlots: Math.max(16, config.activitySlots),
  })
  const pool = shardsOnS3(createScoringPool({ threads: config.threads, warm, onScored }))
  const evaluationPool = evaluationOnS3(createEvaluationPool())
  return {
    deps: {
      connections,
      storeFolder: config.storeFolder,
      dataRoots: config.dataRoots,
      pool,
      evaluationPool,
      modelKeys: readModelKeys(config.environment),
      workflowIsOpen: workflowIsOpen(temporal),
      pauseTemporalSchedule: pauseTemporalSchedule(temporal),
      environment: config.environment,
      serviceUrl: config.serviceUrl,
      workerName: `${process.pid}@${hostname()}`,
    },
    close: async () => {
      await Promise.all([pool.close(), evaluationPool.close()])
      await connections.close()
    },
  }
}

/** Open: the newest execution under this id is running and began with this first run id. */
function workflowIsOpen(temporal: Client): WorkflowIsOpen {
  return async (workflowId, firstRunId) => {
    try {
      const { status, raw } = await temporal.workflow.getHandle(workflowId).describe()
      return status.name === 'RUNNING' && raw.workflowExecutionInfo?.firstRunId === firstRunId
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return false
      throw error
    }
  }
}

function pauseTemporalSchedule(temporal: Client): PauseTemporalSchedule {
  return async (scheduleId, note) => {
    try {
      await temporal.schedule.getHandle(scheduleId).pause(note)
    } catch (error) {
      if (!(error instanceof ScheduleNotFoundError)) throw error
    }
  }
}
