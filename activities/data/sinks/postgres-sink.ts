import type { Pool, PoolClient } from 'pg'
import { buildRunKey } from './build-run-key'
import { completeStatement } from './complete-statement'
import { detachRun } from './detach-run'
import { endStragglers } from './end-stragglers'
import { findSink } from './found-sink'
import { handOverFunction, openToRoles } from './grants'
import { predictionNames, type PredictionNames } from './prediction-names'
import {
  attachRun,
  copyIntoRun,
  dropRunKey,
  insertPublished,
  lockPublications,
  nextPublication,
  replacePublished,
} from './prediction-sql'
import { prepareStatements } from './prepare-statements'
import type { SinkRun } from './sink'
import { waitForReaders } from './wait-for-readers'

/** The revision of a batch that readers see. */
export interface VisibleRun {
  readonly runId: string
  readonly revision: number
}

/**
 * Predictions in Postgres: <table>_all partitioned by batch and revision, <table>_published with what was visible when, the
 * views <table> and <table>_live over them, and a table for each run that is scored, which becomes a partition when published.
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
    await openToRoles(client, [names.all, names.published, names.live, names.view, names.run])
    await handOverFunction(client, names.horizon)
  }

  /**
   * Makes the run's table ready for COPY again: without a key, which the check builds anew. A partition stays as it is: its
   * rows were checked, none is missing. Returns false where the table was dropped.
   */
  async reopen(client: PoolClient): Promise<boolean> {
    const place = await this.place(client)
    if (place === 'table') await client.query(dropRunKey(this.names))
    return place !== 'nowhere'
  }

  /** For a closed fence: ends what still writes. */
  async endStragglers(): Promise<void> {
    await endStragglers(this.pool, this.names)
  }

  /** For a closed fence: completes the table and its key, returns the rows. @throws DUPLICATE_KEYS, SINK_BUSY */
  async check(): Promise<number> {
    return buildRunKey(this.pool, this.names, this.run)
  }

  /**
   * Makes the run's table a partition, still unseen. Takes no lock that readers' conflict with: it waits for no reader, and no
   * reader waits for it. Why in a transaction before the one that publishes: see createPublications.
   */
  async attach(client: PoolClient): Promise<void> {
    if ((await this.place(client)) === 'partition') return
    // where the sink was widened since the check
    const statement = completeStatement(await findSink(client, this.names), this.names, this.run)
    if (statement !== null) await client.query(statement)
    await client.query(attachRun(this.names, this.run))
  }

  async isAttached(client: PoolClient): Promise<boolean> {
    return (await this.place(client)) === 'partition'
  }

  /** To be called before `visible` and `publish`, in their transaction. */
  async lockPublications(client: PoolClient): Promise<void> {
    await client.query(lockPublications(this.names))
  }

  /** Makes the attached run the visible one. */
  async publish(client: PoolClient): Promise<void> {
    const { names, run } = this
    const { rows } = await client.query<{ publication: string }>(nextPublication, [names.published])
    const { publication } = rows[0]!
    await client.query(replacePublished(names), [run.batch, publication])
    await client.query(insertPublished(names), [run.batch, publication, run.revision, run.runId])
  }

  async visible(client: PoolClient): Promise<VisibleRun | null> {
    const { rows } = await client.query<VisibleRun>(
      `SELECT run_id AS "runId", revision FROM ${this.names.live} WHERE batch = $1`,
      [this.run.batch],
    )
    return rows[0] ?? null
  }

  /** A partition stays: to drop it would wait for every reader, and let none in meanwhile. */
  async drop(client: PoolClient): Promise<void> {
    if ((await this.place(client)) === 'table') await client.query(`DROP TABLE ${this.names.run}`)
  }

  /** For a run that is dropped: until no reader can see it as the visible one any more. */
  async waitForReaders(): Promise<void> {
    const { rows } = await this.pool.query<{ at: Date | null }>(
      `SELECT max(n.published_at) AS at FROM ${this.names.published} p JOIN ${this.names.published} n ON n.publication = p.replaced_by
       WHERE p.run_id = $1`,
      [this.run.runId],
    )
    const at = rows[0]?.at ?? null
    if (at !== null) await waitForReaders(this.pool, at)
  }

  /** Makes a partition a table of its own again; what is none stays as it is. */
  async detach(): Promise<void> {
    await detachRun(this.pool, this.names)
  }

  async wasPublished(client: PoolClient): Promise<boolean> {
    const { rowCount } = await client.query(`SELECT FROM ${this.names.published} WHERE run_id = $1 LIMIT 1`, [
      this.run.runId,
    ])
    return rowCount !== 0
  }

  /** What the run's table takes, with its key; 0 where there is none. */
  async sizeBytes(client: PoolClient): Promise<number> {
    const { rows } = await client.query<{ bytes: number | null }>(
      'SELECT pg_total_relation_size(to_regclass($1))::float8 AS bytes',
      [this.names.run],
    )
    return rows[0]?.bytes ?? 0
  }

  private async place(client: PoolClient): Promise<'table' | 'partition' | 'nowhere'> {
    const { rows } = await client.query<{ partition: boolean }>(
      'SELECT relispartition AS partition FROM pg_class WHERE oid = to_regclass($1)',
      [this.names.run],
    )
    if (!rows[0]) return 'nowhere'
    return rows[0].partition ? 'partition' : 'table'
  }
}
