import { type ErrorCode, type ErrorFacts, NightscoreError } from '../../schemas/errors'

/** A server that this folder should have started is not there. The facts say what was found, what was expected, the ways out. */
export function stackError(facts: ErrorFacts, code: ErrorCode = 'NOT_BUILT'): NightscoreError {
  return new NightscoreError(code, facts)
}
