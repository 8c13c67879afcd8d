import { NightscoreError } from '../../../schemas/errors'

/** Runs `work`; what it throws names objects by their URLs instead of their copies' paths. */
export async function namingObjects<T>(
  copies: readonly { readonly url: string; readonly path: string }[],
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof NightscoreError)) throw error
    const named = (text: string): string =>
      copies.reduce((changed, { url, path }) => changed.replaceAll(path, url), text)
    const { found, expected } = error.facts
    if (named(found) === found && named(expected) === expected) throw error
    throw new NightscoreError(error.code, {
      ...error.facts,
      found: named(found),
      expected: named(expected),
      cause: error,
    })
  }
}
