import type { Deps } from '../deps'
import { ensureGolden } from '../scoring/golden'
import { loadModelVersion } from '../scoring/registry'
import type { ThreadModel } from '../scoring/score-shard-task'
import { profileTask } from './profile-task'
import { loadRunContext, withSink } from './run-context'
import type { ShardCaches } from './score-shard'

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
  }
}

async function loadModel(deps: Deps, reference: string): Promise<ThreadModel> {
  const at = reference.lastIndexOf('@')
  const { control } = deps.connections
  const [model, version] = [reference.slice(0, at), Number(reference.slice(at + 1))]
  await ensureGolden(control, deps.modelKeys, model, version)
  return loadModelVersion(control, deps.modelKeys, model, version)
}

/** The latest `count` results of `load` by key, the least recently used dropped first. */
function keeping<T>(count: number, load: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const kept = new Map<string, Promise<T>>()
  return (key) => {
    const found = kept.get(key) ?? load(key)
    kept.delete(key)
    kept.set(key, found)
    found.catch(() => kept.delete(key))
    const oldest = kept.keys().next()
    if (kept.size > count && !oldest.done) kept.delete(oldest.value)
    return found
  }
}
