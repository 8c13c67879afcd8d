import type { MessagePort } from 'node:worker_threads'
import { NightscoreError, type ErrorCode } from '../../schemas/errors'
import type { QuarantinedRow } from '../../schemas/run'
import type { ScoredShard } from './run-shard-task'
import type { ScoreShardTask } from './score-shard-task'

/** What a pool thread gets: the shard, and its end of the channel. */
export interface ThreadTask {
  readonly task: ScoreShardTask
  readonly port: MessagePort
}

/** From the thread: COPY bytes (their buffer transferred) or quarantined rows. Each is answered with `taken`. */
export type FromThread =
  { readonly copy: Uint8Array<ArrayBuffer> } | { readonly quarantined: readonly QuarantinedRow[] }

/** To the thread: one message was taken; or: stop. */
export type ToThread = 'taken' | 'stop'

/** How a thread's work ended. Errors travel as data: structured clone would take code and facts off them. */
export type ThreadOutcome =
  | { readonly kind: 'done'; readonly scored: ScoredShard }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'failed'; readonly error: ThreadError }
  | { readonly kind: 'shadow failed'; readonly error: ThreadError }

export interface ThreadError {
  readonly code: ErrorCode | null
  readonly facts: { readonly found: string; readonly expected: string; readonly fix?: string }
  readonly message: string
  readonly stack: string
}

export function toThreadError(error: unknown): ThreadError {
  const { message, stack = '' } = error instanceof Error ? error : new Error(String(error))
  if (!(error instanceof NightscoreError))
    return { code: null, facts: { found: '', expected: '' }, message, stack }
  const { found, expected, fix } = error.facts
  return {
    code: error.code,
    facts: { found, expected, ...(fix === undefined ? {} : { fix }) },
    message,
    stack,
  }
}

/** The error again as it was thrown in the thread, with the thread's stack. */
export function fromThreadError({ code, facts, message, stack }: ThreadError): Error {
  const error = code === null ? new Error(message) : new NightscoreError(code, facts)
  error.stack = stack
  return error
}
