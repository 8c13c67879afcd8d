import { openSession, type ModelSession } from './open-session'
import type { ThreadModel } from './score-shard-task'

/**
 * A thread scores few models in turn, two a shard where the job has a shadow; opening one takes from 2 ms (flights) to
 * seconds. As many as a worker keeps the bytes of: four jobs with shadows take turns without opening any again.
 */
const keptAtMost = 8

const kept = new Map<string, Promise<ModelSession>>()

/**
 * This thread's session of a model, opened once: sessions leak when created and released often. The least recently used
 * beyond eight is released, which is safe since a thread works on one shard at a time and a shard on two models at most.
 * @throws NightscoreError MODEL_NOT_ONNX
 */
export async function sessionFor(model: ThreadModel): Promise<ModelSession> {
  const key = `${model.sha256} ${model.signature.treeKernel === true}`
  const session = kept.get(key) ?? openSession(new Uint8Array(model.bytes), model.signature)
  kept.delete(key)
  kept.set(key, session)
  const [oldest] = kept
  if (kept.size > keptAtMost && oldest) {
    kept.delete(oldest[0])
    await (await oldest[1]).release()
  }
  try {
    return await session
  } catch (error) {
    kept.delete(key)
    throw error
  }
}
