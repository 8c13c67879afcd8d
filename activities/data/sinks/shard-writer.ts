import { isNativeError } from 'node:util/types'
import type { PoolClient } from 'pg'
import { NightscoreError } from '../../../schemas/errors'
import type { ShardResult } from '../../../schemas/run'
import { takeClient } from '../postgres/in-transaction'
import { translatePostgresError } from '../postgres/postgres-error'
import { CopyStream } from './copy-stream'
import { runState, type Ledger } from './ledger'
import type { ShardTransaction, SinkRun } from './sink'
import { translateRowError } from './translate-row-error'
import { untilFree, type Waiting, type WriterSlots } from './writer-slots'

/**
 * The server learns of a machine that vanished within a minute, not after the system's two hours: its transaction holds
 * locks that the check waits for.
 */
const begin = `BEGIN; SET LOCAL tcp_keepalives_idle = 30; SET LOCAL tcp_keepalives_interval = 10; SET LOCAL tcp_keepalives_count = 3`

/**
 * Opens the transaction of one shard.
 * @param copySql the COPY into the run's table; null where the ledger alone is in this database (Parquet sink)
 * @param slots where the sink has a limit of writers: waited for without a transaction or a connection
 * @throws RUN_STATE where the run takes no shards any more
 */
export async function beginShard(
  ledger: Ledger,
  run: SinkRun,
  copySql: string | null,
  slots: WriterSlots | null,
  waiting: Waiting,
): Promise<ShardTransaction> {
  return untilFree(() => tryBegin(ledger, run, copySql, slots), waiting)
}

/** Null where no slot is free. */
async function tryBegin(
  ledger: Ledger,
  run: SinkRun,
  copySql: string | null,
  slots: WriterSlots | null,
): Promise<ShardTransaction | null> {
  const client = await takeClient(ledger.pool)
  const transaction = new ShardWriter(ledger, run, copySql, client)
  try {
    await client.query(begin)
    const state = await ledger.peekState(client)
    if (state !== 'scoring') throw runState(run, state, 'scoring')
    if (slots === null || (await slots.take(client))) return transaction
    await transaction.rollback()
    return null
  } catch (error) {
    await transaction.rollback()
    throw translatePostgresError(error)
  }
}

class ShardWriter implements ShardTransaction {
  private copy: CopyStream | null = null
  private copyEnded = false
  private released = false
  private broken: Error | undefined
  private readonly onError = (error: Error) => {
    this.broken = error
  }

  constructor(
    private readonly ledger: Ledger,
    private readonly run: SinkRun,
    private readonly copySql: string | null,
    private readonly client: PoolClient,
  ) {
    client.on('error', this.onError)
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.copySql === null) throw new TypeError('COPY bytes for a sink without a Postgres table')
    try {
      // opened with the first rows: a shard without any needs no COPY
      this.copy ??= new CopyStream(this.client, this.copySql)
      await this.copy.write(bytes)
    } catch (error) {
      throw translateRowError(error)
    }
  }

  async commit(result: ShardResult, profile: Uint8Array | null = null): Promise<ShardResult> {
    try {
      const rows = this.copy ? await this.copy.finish() : 0
      this.copyEnded = true
      if (this.copySql !== null && rows !== result.scored)
        throw new NightscoreError('RUN_ACCOUNTING', {
          found: `${rows} rows written by shard ${result.shardNo}`,
          expected: `its ${result.scored} scored rows`,
        })
      const { state, inserted } = await this.ledger.insertCommit(this.client, result, profile)
      if (state !== 'scoring') throw runState(this.run, state, 'scoring')
      if (inserted) {
        await this.client.query('COMMIT')
        this.release()
        return result
      }
    } catch (error) {
      await this.rollback()
      throw translateRowError(error)
    }
    await this.rollback()
    const first = await this.ledger.committedShard(result.shardNo)
    if (first) return first
    throw new NightscoreError('RUN_STATE', {
      found: `shard ${result.shardNo} committed by another attempt and then dropped with its run`,
      expected: 'a run that is scoring',
    })
  }

  async rollback(): Promise<void> {
    if (this.released) return
    if (this.copy && !this.copyEnded) {
      // nothing but the end of the connection stops a COPY at once
      this.broken ??= new Error('rolled back within COPY')
      this.copy.abandon()
    } else
      try {
        await this.client.query('ROLLBACK')
      } catch (error) {
        this.broken ??= isNativeError(error) ? error : new Error('ROLLBACK failed')
      }
    this.release()
  }

  private release(): void {
    if (this.released) return
    this.released = true
    this.client.release(this.broken)
    // a connection that is destroyed may tell of it later
    if (this.broken === undefined) this.client.off('error', this.onError)
  }
}
