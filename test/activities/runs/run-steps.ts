import type { Deps } from '../../../activities/deps'
import { checkRun } from '../../../activities/runs/check-run'
import { openRun } from '../../../activities/runs/open-run'
import { planRun } from '../../../activities/runs/plan-run'
import { scoreShard } from '../../../activities/runs/score-shard'
import { createShardCaches } from '../../../activities/runs/shard-caches'
import type { ScoreBatchInput } from '../../../schemas/run'
import { readConfig } from '../../../workers/config'
import { createDeps } from '../../../workers/deps'
import { whenFileEnds } from '../../stack/clean-up'
import type { Scenario } from '../../stack/scenario'

/** A run's steps as activities take them, one by one in this process: no workflow, no worker. */
export interface RunSteps {
  readonly deps: Deps
  /** Opens and plans a run. @returns its id */
  plan(job: string, batch: string, more?: Partial<ScoreBatchInput>): Promise<string>
  /** Plans, scores and checks. @returns its id */
  check(job: string, batch: string, more?: Partial<ScoreBatchInput>): Promise<string>
}

export function runSteps({ databaseUrl, store, temporal }: Scenario): RunSteps {
  const { deps, close } = createDeps(
    readConfig({ DATABASE_URL: databaseUrl, NIGHTSCORE_STORE: store }),
    temporal,
  )
  whenFileEnds(close)
  const heartbeat = { detail: () => undefined, signal: new AbortController().signal }
  let started = 0
  const plan = async (job: string, batch: string, more: Partial<ScoreBatchInput> = {}) => {
    const id = `test/${job}/${++started}`
    const owner = { workflowId: id, firstRunId: id, due: new Date().toISOString() }
    const { runId } = await openRun(deps, { input: { job, batch, ...more }, ...owner })
    return { runId, ...(await planRun(deps, runId, heartbeat)) }
  }
  return {
    deps,
    plan: async (job, batch, more) => (await plan(job, batch, more)).runId,
    check: async (job, batch, more) => {
      const { runId, shards } = await plan(job, batch, more)
      const caches = createShardCaches(deps)
      for (let shardNo = 0; shardNo < shards; shardNo += 1)
        await scoreShard(deps, caches, { runId, shardNo }, heartbeat)
      await checkRun(deps, runId)
      return runId
    },
  }
}
