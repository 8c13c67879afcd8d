import type { Deps } from '../deps'
import { ensureGolden } from '../scoring/golden'
import { loadModelVersion } from '../scoring/registry'
import type { ThreadModel } from '../scoring/score-shard-task'
import { keeping } from './keeping'
import { plannedShards } from './planned-shards'
import { profileTask } from './profile-task'
import { loadRunContext, withSink } from './run-context'
import type { ShardCaches } from './score-shard'
import { shardCopies } from './shard-copies'

/** Runs and models that a worker keeps: more than are scored at once, few enough for their memory not to matter. */
const keptRuns = 64
const keptModels = 8

/** Shards of a run share its context and its model: each is loaded once a worker. A failed load is not kept. */
export function createShardCaches(deps: Deps): ShardCaches {
  const runs = keeping(keptRuns, async (runId: string) => withSink(deps, await loadRunContext(deps, runId)))
  const models = keeping(keptModels, (reference: string) => loadModel(deps, reference))
  const profiles = keeping(keptRuns, async (runId: string) => profileTask(deps, await runs(runId)))
  return {
    run: runs,
    model: (model, version) => models(`${model}@${version}`),
    profile: ({ run }) => profiles(run.runId),
    shard: plannedShards(deps.connections.control),
    copy: shardCopies(deps.connections.control, deps.workerName),
  }
}

async function loadModel(deps: Deps, reference: string): Promise<ThreadModel> {
  const at = reference.lastIndexOf('@')
  const { control } = deps.connections
  const [model, version] = [reference.slice(0, at), Number(reference.slice(at + 1))]
  await ensureGolden(control, deps.modelKeys, model, version)
  return loadModelVersion(control, deps.modelKeys, model, version)
}
