import { readFileSync } from 'node:fs'
import { NightscoreError } from '../schemas/errors'

const secrets =
  /^(DATABASE_URL|TEMPORAL_API_KEY|NIGHTSCORE_MODEL_KEY|NIGHTSCORE_MODEL_KEYS_OLD|NIGHTSCORE_CONNECTION_\w+)_FILE$/

/**
 * Secrets as containers hand them over: where `<NAME>_FILE` names a file, `<NAME>` is what the file holds, without the line's end.
 * NAME is DATABASE_URL, TEMPORAL_API_KEY, NIGHTSCORE_MODEL_KEY, NIGHTSCORE_MODEL_KEYS_OLD or a NIGHTSCORE_CONNECTION_….
 * @returns the environment with the secrets filled in; the same one where there are no such files
 * @throws NightscoreError CONFIG_INVALID where a file cannot be read or is empty, or the variable itself is set too
 */
export function readSecretFiles(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const read = Object.entries(environment).flatMap(([variable, file]): [string, string][] => {
    const name = secrets.exec(variable)?.[1]
    // a connection may be called `x-file`: then the value is its URL
    return name === undefined || !file || file.includes('://') ? [] : [[name, readSecret(variable, file)]]
  })
  const both = read.find(([name]) => !!environment[name])
  if (both !== undefined)
    throw new NightscoreError('CONFIG_INVALID', {
      found: `both ${both[0]} and ${both[0]}_FILE`,
      expected: 'one of them',
    })
  return read.length === 0 ? environment : { ...environment, ...Object.fromEntries(read) }
}

function readSecret(variable: string, file: string): string {
  const expected = 'the path of a file that holds the secret and can be read by this user'
  let text: string
  try {
    text = readFileSync(file, 'utf8').trimEnd()
  } catch (cause) {
    const { code = 'an error' } = cause as NodeJS.ErrnoException
    throw new NightscoreError('CONFIG_INVALID', {
      found: `a file named in ${variable}, reading which fails with ${code}`, // its value may be the secret itself
      expected,
      cause,
    })
  }
  if (text === '')
    throw new NightscoreError('CONFIG_INVALID', { found: `an empty file named in ${variable}`, expected })
  return text
}
