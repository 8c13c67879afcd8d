/**
 * The shadow of a shard could not be scored; `cause` says why. The run's own model had nothing to do with it: the shard can
 * be scored without.
 */
export class ShadowFailure extends Error {
  constructor(override readonly cause: Error) {
    super(cause.message)
    this.name = 'ShadowFailure'
  }
}

/** What `work` returns. @throws ShadowFailure whatever it throws */
export async function ofShadow<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof ShadowFailure) throw error
    throw new ShadowFailure(error instanceof Error ? error : new Error(String(error)))
  }
}
