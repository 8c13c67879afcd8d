import { NightscoreError } from '../../schemas/errors'
import { signBody } from './sign-body'
import type { Webhook } from './webhook'

/** A receiver that says nothing for so long has not taken the message. */
const answerWithinMs = 10_000
/** However long a receiver asks to wait. */
const waitAtMostMs = 3_600_000

/** How an attempt went: `error` null means that the receiver took it. */
export interface Posted {
  readonly status: number | null
  readonly error: NightscoreError | null
}

/**
 * POSTs a body once. 2xx is taken; the network, 408, 429 and 5xx are worth another attempt, all else (redirects too) is final.
 * @param id the same for every attempt: the receiver knows by it what it has seen
 */
export async function postAlert({ url, secret }: Webhook, id: string, body: string): Promise<Posted> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/json',
        'user-agent': 'nightscore',
        'idempotency-key': id,
        ...(secret === undefined ? {} : { 'x-nightscore-signature': signBody(body, secret, Date.now()) }),
      },
      redirect: 'manual',
      signal: AbortSignal.timeout(answerWithinMs),
    })
    await response.body?.cancel()
    return { status: response.status, error: errorOf(response) }
  } catch (error) {
    return { status: null, error: failed(reasonOf(error)) }
  }
}

function errorOf({ ok, status, headers }: Response): NightscoreError | null {
  if (ok) return null
  if (status === 408 || status === 429 || status >= 500)
    return failed(`status ${status}`, retryAfterMs(headers.get('retry-after'), Date.now()))
  return new NightscoreError('ALERT_REFUSED', { found: `status ${status}`, expected: 'status 2xx' })
}

function failed(found: string, afterMs: number | null = null): NightscoreError {
  return new NightscoreError('ALERT_FAILED', {
    found,
    expected: `status 2xx within ${answerWithinMs / 1_000} s`,
    ...(afterMs === null ? {} : { retryAfterMs: afterMs }),
  })
}

/** A Retry-After header, seconds or a date, in milliseconds from now; null where there is none that can be read. */
export function retryAfterMs(header: string | null, nowMs: number): number | null {
  if (header === null) return null
  const ms = /^\s*\d+\s*$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - nowMs
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 0), waitAtMostMs)
}

/** The code of the network's error; its message could hold the URL. */
function reasonOf(error: unknown): string {
  const { name, cause } = error as { name?: string; cause?: { code?: string } }
  return name === 'TimeoutError' ? 'no answer' : (cause?.code ?? name ?? 'a failed request')
}
