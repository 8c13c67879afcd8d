import { errorCatalogue, NightscoreError, type ErrorCode } from '../../schemas/errors'

/** An error as it is printed: for people, and as JSON for programs. */
export interface ErrorReport {
  /** docs/errors.md; null for what Nightscore does not know. */
  readonly code: ErrorCode | null
  readonly message: string
  readonly exitCode: 1 | 2 | 3
}

/** What the command line itself was given: exit code 2, as for an unknown option. */
const usageCodes: readonly ErrorCode[] = ['BATCH_KEY_INVALID', 'INPUT_INVALID']
/** The job's own rules about its data stopped the run: exit code 3. */
const gateCodes: readonly ErrorCode[] = [
  'RUN_QUARANTINE_LIMIT',
  'SOURCE_ROWS_TOO_FEW',
  'GATE_FAILED',
  'PROMOTION_REFUSED',
  'HOLD_REJECTED',
  'HOLD_TIMED_OUT',
]

/**
 * Finds the error of the catalogue behind what was thrown: a Temporal failure holds it as the type of its innermost
 * cause, a dropped connection only as a text.
 */
export function errorReport(thrown: unknown): ErrorReport {
  const chain = causes(thrown)
  for (const one of chain) {
    const code = codeOf(one)
    if (code === undefined) continue
    return { code, message: redactSecrets(one.message), exitCode: exitCodeOf(code) }
  }
  const deepest = chain.at(-1)
  const message = deepest === undefined ? String(thrown) : messageOf(deepest)
  return { code: null, message: redactSecrets(message), exitCode: 1 }
}

/** Passwords in URLs, and those of key=value strings, wherever a library put them into a message. */
export function redactSecrets(text: string): string {
  return text
    .replace(/(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@]*):\S*@/gi, '$1:***@')
    .replace(/\b(password|passwd|sslpassword|api[_-]?key)=[^\s&;]+/gi, '$1=***')
}

function exitCodeOf(code: ErrorCode): 1 | 2 | 3 {
  if (usageCodes.includes(code)) return 2
  return gateCodes.includes(code) ? 3 : 1
}

function causes(thrown: unknown): Error[] {
  const chain: Error[] = []
  for (let one = thrown; one instanceof Error && !chain.includes(one); one = one.cause) chain.push(one)
  return chain
}

function codeOf(error: Error): ErrorCode | undefined {
  if (error instanceof NightscoreError) return error.code
  const type = 'type' in error ? error.type : undefined // Temporal's ApplicationFailure
  return typeof type === 'string' && type in errorCatalogue ? (type as ErrorCode) : undefined
}

/** Node's AggregateError of a refused connection has no message of its own. */
function messageOf(error: Error): string {
  if (error.message !== '') return error.message
  if (error instanceof AggregateError)
    return error.errors.map((one) => (one instanceof Error ? one.message : String(one))).join('; ')
  return error.name
}
