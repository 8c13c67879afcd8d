import { setTimeout as sleep } from 'node:timers/promises'
import type { ClientBase } from 'pg'

/** Who waits for a slot: hears of it now and then, and can be called off. */
export interface Waiting {
  readonly signal: AbortSignal
  readonly onWait: (waitedMs: number) => void
}

/** Between two attempts, at random within: so that those who wait do not come all at once. */
const pauseMs = { min: 50, max: 250 } as const

/**
 * `limit` places for transactions that write into one sink, whatever process they are of: advisory locks in the sink's
 * database, one a transaction. Its end frees the place, also where a worker dies.
 */
export class WriterSlots {
  /** @param sink its name in the database */
  constructor(
    private readonly sink: string,
    private readonly limit: number,
  ) {}

  /** Takes a free place for the transaction that `client` is in; false where none is free. Waits for nothing. */
  async take(client: ClientBase): Promise<boolean> {
    // from anywhere on: those who start at the first would all ask for the taken ones first
    const { rowCount } = await client.query(
      `SELECT FROM generate_series($2::int, $2 + $3 - 1) AS place
       WHERE pg_try_advisory_xact_lock(hashtextextended($1, place % $3)) LIMIT 1`,
      [`nightscore writer ${this.sink}`, Math.floor(Math.random() * this.limit), this.limit],
    )
    return rowCount === 1
  }
}

/**
 * Repeats `attempt` until it gives something; between attempts nothing is held.
 * @throws the signal's reason when it aborts
 */
export async function untilFree<T>(
  attempt: () => Promise<T | null>,
  { signal, onWait }: Waiting,
): Promise<T> {
  for (const started = Date.now(); ;) {
    const got = await attempt()
    if (got !== null) return got
    onWait(Date.now() - started)
    const pause = pauseMs.min + Math.random() * (pauseMs.max - pauseMs.min)
    await sleep(pause, undefined, { signal }).catch(() => signal.throwIfAborted())
  }
}
