import { isNativeError } from 'node:util/types'
import { NightscoreError } from '../../../schemas/errors'

/** An error of the file system or of DuckDB's writer as SINK_PATH_FAILED; others as they are. */
export function pathFailed(error: unknown, at: string): unknown {
  if (!isNativeError(error) || error instanceof NightscoreError || error instanceof TypeError) return error
  return new NightscoreError('SINK_PATH_FAILED', {
    found: `${error.message} (${at})`,
    expected: 'a folder with room that can be written',
    cause: error,
  })
}
