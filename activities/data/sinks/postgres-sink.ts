import type { Pool, PoolClient } from 'pg'
import type { ShardResult } from '../../../schemas/run'
import { withLockRetry } from '../postgres/with-lock-retry'
import { buildRunKey } from './build-run-key'
import { endStragglers } from './end-stragglers'
import { columnsNotInRun, findSink } from './found-sink'
import { openToRoles } from './grants'
import { Ledger, runState } from './ledger'
import { checkRunColumns } from './prediction-columns'
import { predictionNames, type PredictionNames } from './prediction-names'
import { addColumns, attachRun, copyIntoRun, dropRunKey, pointBatch } from './prediction-sql'
import { prepareStatements } from './prepare-statements'
import { beginShard } from './shard-writer'
import type { RunSink, ShardTransaction, SinkRun } from './sink'

/**
 * Predictions in Postgres: <table>_all partitioned by batch and revision, <table>_live with the visible revision of each
 * batch, the view <table> over both, and a table for each run that is scored, which becomes a partition when published.
 */
export class PostgresSink implements RunSink {
  private readonly names: PredictionNames
  private readonly ledger: Ledger

  /** @param sink schema and table, unquoted, in the database of `pool` */
  constructor(
    private readonly pool: Pool,
    private readonly run: SinkRun,
    sink: { readonly schema: string; readonly table: string },
  ) {
    this.names = predictionNames(sink, run.runId)
    this.ledger = new Ledger(pool, this.names.plain.schema, this.names.view, run)
  }

  async prepare(): Promise<void> {
    checkRunColumns(this.run)
    await withLockRetry(this.pool, async (client) => {
      await this.ledger.create(client)
      const state = await this.ledger.enter(client)
      if (state === 'closed') throw runState(this.run, state, 'scoring')
      const statements = prepareStatements(await findSink(client, this.names), this.names, this.run)
      for (const statement of statements) await client.query(statement)
      await openToRoles(client, [this.names.all, this.names.live, this.names.view, this.names.run])
    })
  }

  async reopen(): Promise<void> {
    const known =
      (await this.ledger.exists()) && (await this.ledger.withState(async (_, state) => state !== null))
    if (!known) return this.prepare()
    await withLockRetry(this.pool, async (client) => {
      const state = await this.ledger.lockState(client)
      if (state === null || state === 'published') throw runState(this.run, state, 'scoring')
      if (!(await this.runTableExists(client))) throw runState(this.run, 'dropped', 'scoring')
      // shards that are still missing are copied in as fast as the first; the check builds the key again
      await client.query(dropRunKey(this.names))
      await this.ledger.setState(client, 'scoring')
    })
  }

  latestRevision(): Promise<number> {
    return this.ledger.latestRevision()
  }

  committedShard(shardNo: number): Promise<ShardResult | null> {
    return this.ledger.committedShard(shardNo)
  }

  committedShards(): Promise<readonly ShardResult[]> {
    return this.ledger.committedShards()
  }

  beginShard(): Promise<ShardTransaction> {
    return beginShard(this.ledger, this.run, copyIntoRun(this.names, this.run))
  }

  async check(shardCount: number): Promise<{ readonly rows: number }> {
    const state = await this.ledger.closeFence()
    await this.ledger.checkShards(shardCount)
    if (state === 'checking') await endStragglers(this.pool, this.names)
    const rows = await buildRunKey(this.pool, this.names, this.run)
    if (state === 'checking')
      await this.ledger.withState((client) => this.ledger.setState(client, 'checked', rows))
    return { rows }
  }

  /** ATTACH locks nothing that readers hold: it waits for no reader, and no reader waits for it. */
  async publish(): Promise<void> {
    const { batch, revision, runId } = this.run
    await withLockRetry(this.pool, async (client) => {
      const state = await this.ledger.lockState(client)
      if (state === 'published') return
      if (state !== 'checked') throw runState(this.run, state, 'checked')
      const added = await columnsNotInRun(client, this.names)
      if (added.length > 0) await client.query(addColumns(this.names.run, added))
      await client.query(attachRun(this.names, this.run))
      await client.query(pointBatch(this.names), [batch, revision, runId])
      await this.ledger.setState(client, 'published')
    })
  }

  /** The run that the batch shows now; null where none. */
  async liveRun(): Promise<string | null> {
    return withLockRetry(this.pool, async (client) => {
      const { rows: found } = await client.query<{ found: boolean }>(
        'SELECT to_regclass($1) IS NOT NULL AS found',
        [this.names.live],
      )
      if (!found[0]!.found) return null
      const { rows } = await client.query<{ run_id: string }>(
        `SELECT run_id FROM ${this.names.live} WHERE batch = $1`,
        [this.run.batch],
      )
      return rows[0]?.run_id ?? null
    })
  }

  async close({ keep }: { readonly keep: boolean }): Promise<void> {
    if (!(await this.ledger.exists())) return
    const closed = await this.ledger.withState(async (client, state) => {
      // a published run is what readers see: there is nothing left to close
      if (state === null || state === 'published') return false
      await this.ledger.setState(client, 'closed')
      return true
    })
    if (!closed) return
    await endStragglers(this.pool, this.names)
    if (keep) return
    await withLockRetry(this.pool, async (client) => {
      if ((await this.ledger.lockState(client)) !== 'closed') return
      await this.ledger.deleteCommits(client)
      await client.query(`DROP TABLE IF EXISTS ${this.names.run}`)
    })
  }

  private async runTableExists(client: PoolClient): Promise<boolean> {
    const { rows } = await client.query<{ found: boolean }>('SELECT to_regclass($1) IS NOT NULL AS found', [
      this.names.run,
    ])
    return rows[0]!.found
  }
}
