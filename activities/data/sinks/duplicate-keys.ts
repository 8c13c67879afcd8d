import { NightscoreError } from '../../../schemas/errors'
import type { SinkRun } from './sink'

/** Keys that several rows have. */
export interface DuplicateKeys {
  readonly keys: number
  /** Rows with such a key. */
  readonly rows: number
  /** At most ten, the most frequent first; values as text. */
  readonly examples: readonly { readonly key: readonly (string | null)[]; readonly rows: number }[]
}

/** Keys can have 2,000 bytes. */
const shownLength = 80

export function duplicateKeysError(run: SinkRun, found: DuplicateKeys): NightscoreError {
  const examples = found.examples.map(({ key, rows }) => `(${key.map(shortened).join(', ')}) ${rows} times`)
  return new NightscoreError('DUPLICATE_KEYS', {
    found: `${found.keys} keys in ${found.rows} rows: ${examples.join('; ')}`,
    expected: `one row for each (${run.keys.map((key) => key.name).join(', ')})`,
  })
}

function shortened(value: string | null): string {
  const text = value ?? 'null'
  return text.length > shownLength ? `${text.slice(0, shownLength)}…` : text
}
