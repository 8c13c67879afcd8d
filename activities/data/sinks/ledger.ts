import type { Pool, PoolClient } from 'pg'
import { NightscoreError } from '../../../schemas/errors'
import type { ShardResult } from '../../../schemas/run'
import { inTransaction } from '../postgres/in-transaction'
import { withLockRetry } from '../postgres/with-lock-retry'
import { translatePostgresError } from '../postgres/postgres-error'
import { quoteIdentifier } from '../quote-identifier'
import { ensureSchema, openToRoles } from './grants'
import { addProfile, createLedger } from './ledger-sql'
import type { SinkRun } from './sink'

/**
 * scoring: the fence is open, shards commit. checking: closed, the key is being built. checked: ready to publish.
 * published, closed: for good (closed: until the run is resumed).
 */
export type FenceState = 'scoring' | 'checking' | 'checked' | 'published' | 'closed'

/**
 * Which runs write into a sink, and which of their shards are committed: nightscore_run (the fence) and nightscore_commit
 * in the schema beside the predictions. A shard's row is inserted in the transaction of its predictions.
 */
export class Ledger {
  readonly runTable: string
  readonly commitTable: string

  /** @param sink the table or folder: a schema's ledger serves all sinks in it */
  constructor(
    readonly pool: Pool,
    private readonly schema: string,
    private readonly sink: string,
    private readonly run: SinkRun,
  ) {
    this.runTable = `${quoteIdentifier(schema)}.nightscore_run`
    this.commitTable = `${quoteIdentifier(schema)}.nightscore_commit`
  }

  /** Creates the schema and the two tables where missing. One at a time per schema: IF NOT EXISTS alone fails in a race. */
  async create(client: PoolClient): Promise<void> {
    await client.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`nightscore ${this.schema}`])
    await ensureSchema(client, this.schema, quoteIdentifier(this.schema))
    const { rows } = await client.query<{ missing: boolean }>('SELECT to_regclass($1) IS NULL AS missing', [
      this.commitTable,
    ])
    if (rows[0]!.missing)
      for (const statement of createLedger(this.runTable, this.commitTable)) await client.query(statement)
    else await this.widen(client)
    await openToRoles(client, [this.runTable, this.commitTable])
  }

  /** A ledger made before shards were profiled lacks the column. */
  private async widen(client: PoolClient): Promise<void> {
    const { rows } = await client.query(
      `SELECT FROM pg_attribute WHERE attrelid = $1::regclass AND attname = 'profile' AND NOT attisdropped`,
      [this.commitTable],
    )
    if (rows.length > 0) return
    for (const statement of addProfile(this.commitTable)) await client.query(statement)
  }

  /** Inserts the run's row in state scoring where it is missing, and returns its state. @throws SINK_INVALID for a revision taken */
  async enter(client: PoolClient): Promise<FenceState> {
    const { runId, job, batch, revision } = this.run
    await client.query(
      `INSERT INTO ${this.runTable} (run_id, sink, job, batch, revision) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
      [runId, this.sink, job, batch, revision],
    )
    const state = await this.lockState(client)
    if (state !== null) return state
    throw new NightscoreError('SINK_INVALID', {
      found: `${this.sink} with a revision ${revision} of batch ${batch} by another run`,
      expected: 'a revision that the sink does not hold',
      fix: 'Start a new run: it takes the next revision.',
    })
  }

  /** The run's state with its row locked until the transaction ends; null where the run never entered. */
  async lockState(client: PoolClient): Promise<FenceState | null> {
    return this.readState(client, 'FOR UPDATE')
  }

  async setState(client: PoolClient, state: FenceState, rowCount: number | null = null): Promise<void> {
    await client.query(
      `UPDATE ${this.runTable} SET state = $2, rows = coalesce($3, rows), changed_at = now() WHERE run_id = $1`,
      [this.run.runId, state, rowCount],
    )
  }

  /** Of all other runs that ever entered, the highest revision of this batch; 0 where none or no ledger. */
  async latestRevision(): Promise<number> {
    if (!(await this.exists())) return 0
    const rows = await this.select<{ revision: number | null }>(
      `SELECT max(revision) AS revision FROM ${this.runTable} WHERE sink = $1 AND batch = $2 AND run_id <> $3`,
      [this.sink, this.run.batch, this.run.runId],
    )
    return rows[0]?.revision ?? 0
  }

  /** When the run's state last changed; null where it never entered. */
  async entry(client: PoolClient): Promise<{ readonly changedAt: Date } | null> {
    const { rows } = await client.query<{ changedAt: Date }>(
      `SELECT changed_at AS "changedAt" FROM ${this.runTable} WHERE run_id = $1`,
      [this.run.runId],
    )
    return rows[0] ?? null
  }

  /** One run of a batch at a time becomes visible, or is dropped: until the transaction ends. */
  async lockBatch(client: PoolClient): Promise<void> {
    await client.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
      `nightscore publish ${this.sink} ${this.run.batch}`,
    ])
  }

  /** The state published, as the last of its batch by changed_at whatever the clock does. Needs lockBatch. */
  async becomeVisible(client: PoolClient): Promise<void> {
    await client.query(
      `UPDATE ${this.runTable} SET state = 'published', changed_at = greatest(clock_timestamp(),
         (SELECT max(changed_at) + interval '1 microsecond' FROM ${this.runTable}
          WHERE sink = $2 AND batch = $3 AND state = 'published'))
       WHERE run_id = $1`,
      [this.run.runId, this.sink, this.run.batch],
    )
  }

  /** The run of this batch that became visible last. */
  async lastVisible(
    client: PoolClient,
  ): Promise<{ readonly runId: string; readonly revision: number } | null> {
    const { rows } = await client.query<{ runId: string; revision: number }>(
      `SELECT run_id AS "runId", revision FROM ${this.runTable}
       WHERE sink = $1 AND batch = $2 AND state = 'published' ORDER BY changed_at DESC LIMIT 1`,
      [this.sink, this.run.batch],
    )
    return rows[0] ?? null
  }

  async exists(): Promise<boolean> {
    const rows = await this.select<{ found: boolean }>('SELECT to_regclass($1) IS NOT NULL AS found', [
      this.commitTable,
    ])
    return rows[0]!.found
  }

  async committedShard(shardNo: number): Promise<ShardResult | null> {
    const rows = await this.select<{ result: ShardResult }>(
      `SELECT result FROM ${this.commitTable} WHERE run_id = $1 AND shard_no = $2`,
      [this.run.runId, shardNo],
    )
    return rows[0] ? complete(rows[0].result) : null
  }

  async committedShards(): Promise<readonly ShardResult[]> {
    const rows = await this.select<{ result: ShardResult }>(
      `SELECT result FROM ${this.commitTable} WHERE run_id = $1 ORDER BY shard_no`,
      [this.run.runId],
    )
    return rows.map((row) => complete(row.result))
  }

  /** Profiles in shard order, `shardsAtATime` of them. */
  async *committedProfiles(): AsyncGenerator<readonly Uint8Array[], void, undefined> {
    for (let after = -1; ;) {
      const rows = await this.select<{ shard_no: number; profile: Uint8Array }>(
        `SELECT shard_no, profile FROM ${this.commitTable} WHERE run_id = $1 AND shard_no > $2 AND profile IS NOT NULL
         ORDER BY shard_no LIMIT ${shardsAtATime}`,
        [this.run.runId, after],
      )
      const last = rows.at(-1)
      if (last === undefined) return
      yield rows.map((row) => row.profile)
      after = last.shard_no
    }
  }

  /** Empties the profiles of these runs' shards, and tells what they took. */
  async forgetProfiles(
    runIds: readonly string[],
    dryRun: boolean,
  ): Promise<{ readonly count: number; readonly bytes: number }> {
    const found = `SELECT run_id, shard_no, octet_length(profile) AS bytes FROM ${this.commitTable}
                   WHERE run_id = ANY ($1::uuid[]) AND profile IS NOT NULL`
    const emptied = `, emptied AS (UPDATE ${this.commitTable} c SET profile = NULL FROM found f
                     WHERE c.run_id = f.run_id AND c.shard_no = f.shard_no)`
    const rows = await this.select<{ count: number; bytes: number }>(
      `WITH found AS (${found})${dryRun ? '' : emptied}
       SELECT count(*)::float8 AS count, coalesce(sum(bytes), 0)::float8 AS bytes FROM found`,
      [runIds],
    )
    return rows[0]!
  }

  /**
   * Closes the fence: waits for commits under way, lets none begin after. Returns the run's state: checking, or checked or
   * published where it came so far before. @throws RUN_STATE where the run is closed or never entered
   */
  async closeFence(): Promise<FenceState> {
    return withLockRetry(this.pool, async (client) => {
      const state = await this.lockState(client)
      if (state === null || state === 'closed') throw runState(this.run, state, 'scoring')
      if (state === 'scoring') await this.setState(client, 'checking')
      return state === 'scoring' ? 'checking' : state
    })
  }

  /** @throws RUN_SHARD_MISSING, RUN_ACCOUNTING unless exactly the shards 0 to shardCount - 1 are committed */
  async checkShards(shardCount: number): Promise<void> {
    const rows = await this.select<{ committed: number; missing: number[] | null; missing_count: number }>(
      `SELECT (SELECT count(*)::int FROM ${this.commitTable} WHERE run_id = $1) AS committed,
              (array_agg(s.no ORDER BY s.no))[1:10] AS missing, count(*)::int AS missing_count
       FROM generate_series(0, $2::int - 1) AS s (no)
       WHERE NOT EXISTS (SELECT FROM ${this.commitTable} c WHERE c.run_id = $1 AND c.shard_no = s.no)`,
      [this.run.runId, shardCount],
    )
    const { committed, missing, missing_count: missingCount } = rows[0]!
    if (missingCount > 0)
      throw new NightscoreError('RUN_SHARD_MISSING', {
        found: `${missingCount} of ${shardCount} shards not committed (${missing?.join(', ')}${missingCount > 10 ? ' …' : ''})`,
        expected: `all of the shards 0 to ${shardCount - 1}`,
      })
    if (committed !== shardCount)
      throw new NightscoreError('RUN_ACCOUNTING', {
        found: `${committed} committed shards`,
        expected: `the ${shardCount} of the run’s plan`,
      })
  }

  /** The state as of now, without a lock. */
  async peekState(client: PoolClient): Promise<FenceState | null> {
    return this.readState(client, '')
  }

  /**
   * Share-locks the run's row, so that the fence cannot close before this transaction ends, and inserts the shard's row where
   * the run is scoring; waits for an attempt that commits at the same time. One statement: shards are many and may be small.
   * @returns the run's state, and false where another attempt's row is there already
   */
  async insertCommit(
    client: PoolClient,
    result: ShardResult,
    profile: Uint8Array | null,
  ): Promise<{ readonly state: FenceState | null; readonly inserted: boolean }> {
    const { rows } = await client.query<{ state: FenceState | null; inserted: boolean }>(
      `WITH fence AS (SELECT state FROM ${this.runTable} WHERE run_id = $1 FOR SHARE),
            entry AS (INSERT INTO ${this.commitTable} (run_id, shard_no, digest, result, profile)
                      SELECT $1, $2, $3, $4, $5 FROM fence WHERE state = 'scoring' ON CONFLICT DO NOTHING RETURNING 1)
       SELECT (SELECT state FROM fence) AS state, EXISTS (SELECT FROM entry) AS inserted`,
      [this.run.runId, result.shardNo, result.digest, JSON.stringify(result), profile],
    )
    return rows[0]!
  }

  async deleteCommits(client: PoolClient): Promise<void> {
    await client.query(`DELETE FROM ${this.commitTable} WHERE run_id = $1`, [this.run.runId])
  }

  /** Runs `work` with the run's state locked. */
  async withState<T>(work: (client: PoolClient, state: FenceState | null) => Promise<T>): Promise<T> {
    return inTransaction(this.pool, async (client) => work(client, await this.lockState(client)))
  }

  private async readState(client: PoolClient, lock: string): Promise<FenceState | null> {
    const { rows } = await client.query<{ state: FenceState }>(
      `SELECT state FROM ${this.runTable} WHERE run_id = $1 ${lock}`,
      [this.run.runId],
    )
    return rows[0]?.state ?? null
  }

  private async select<R extends object>(sql: string, values: readonly unknown[]): Promise<R[]> {
    try {
      return (await this.pool.query<R & Record<string, unknown>>(sql, [...values])).rows
    } catch (error) {
      throw translatePostgresError(error)
    }
  }
}

/** A shard's profile is some 5 MB at most: a few bound the memory, and make few queries of many small ones. */
const shardsAtATime = 20

/** A result that was stored before shards had pairs has none. */
function complete(result: Omit<ShardResult, 'pairs'> & Partial<ShardResult>): ShardResult {
  return { pairs: null, ...result }
}

/** The error of a call that the run's state in the sink does not allow. */
export function runState(
  run: SinkRun,
  state: FenceState | 'dropped' | null,
  expected: FenceState,
): NightscoreError {
  return new NightscoreError('RUN_STATE', {
    found: state === null ? `no run ${run.runId} in the sink` : `run ${run.runId} ${state} in the sink`,
    expected,
  })
}
