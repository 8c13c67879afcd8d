import type { Pool, PoolClient } from 'pg'
import { buildRunKey } from './build-run-key'
import { endStragglers } from './end-stragglers'
import { columnsNotInRun, findSink } from './found-sink'
import { openToRoles } from './grants'
import { predictionNames, type PredictionNames } from './prediction-names'
import { addColumns, attachRun, copyIntoRun, dropRunKey, pointBatch } from './prediction-sql'
import { prepareStatements } from './prepare-statements'
import type { SinkRun } from './sink'

/** The revision of a batch that readers see. */
export interface VisibleRun {
  readonly runId: string
  readonly revision: number
}

/**
 * Predictions in Postgres: <table>_all partitioned by batch and revision, <table>_live with the visible revision of each
 * batch, the view <table> over both, and a table for each run that is scored, which becomes a partition when published.
 * Methods that take a client work within the caller's transaction, which holds the run's fence.
 */
export class PostgresSink {
  readonly names: PredictionNames
  /** The COPY that shards write by: keys, carried columns, predictions. */
  readonly copySql: string

  /** @param target schema and table, unquoted, in the database of `pool` */
  constructor(
    private readonly pool: Pool,
    private readonly run: SinkRun,
    target: { readonly schema: string; readonly table: string },
  ) {
    this.names = predictionNames(target, run.runId)
    this.copySql = copyIntoRun(this.names, run)
  }

  /** Creates and widens what is missing. @throws SINK_INVALID */
  async prepare(client: PoolClient): Promise<void> {
    const { names, run } = this
    const statements = prepareStatements(await findSink(client, names), names, run)
    for (const statement of statements) await client.query(statement)
    await openToRoles(client, [names.all, names.live, names.view, names.run])
  }

  /** Makes the run's table ready for COPY again: without a key, which the check builds anew. Returns false where it was dropped. */
  async reopen(client: PoolClient): Promise<boolean> {
    const { rows } = await client.query<{ found: boolean }>('SELECT to_regclass($1) IS NOT NULL AS found', [
      this.names.run,
    ])
    if (!rows[0]!.found) return false
    await client.query(dropRunKey(this.names))
    return true
  }

  /** For a closed fence: ends what still writes. */
  async endStragglers(): Promise<void> {
    await endStragglers(this.pool, this.names)
  }

  /** For a closed fence: builds the key, returns the rows. @throws DUPLICATE_KEYS, SINK_BUSY */
  async check(): Promise<number> {
    return buildRunKey(this.pool, this.names, this.run)
  }

  /** ATTACH takes no lock that readers' conflict with: it waits for no reader, and no reader waits for it. */
  async publish(client: PoolClient): Promise<void> {
    const added = await columnsNotInRun(client, this.names)
    if (added.length > 0) await client.query(addColumns(this.names.run, added))
    await client.query(attachRun(this.names, this.run))
    await client.query(pointBatch(this.names), [this.run.batch, this.run.revision, this.run.runId])
  }

  async visible(client: PoolClient): Promise<VisibleRun | null> {
    const { rows } = await client.query<VisibleRun>(
      `SELECT run_id AS "runId", revision FROM ${this.names.live} WHERE batch = $1`,
      [this.run.batch],
    )
    return rows[0] ?? null
  }

  async drop(client: PoolClient): Promise<void> {
    await client.query(`DROP TABLE IF EXISTS ${this.names.run}`)
  }
}
