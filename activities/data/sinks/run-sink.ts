import type { PoolClient } from 'pg'
import { NightscoreError } from '../../../schemas/errors'
import type { ShardResult } from '../../../schemas/run'
import type { Connections } from '../postgres/connections'
import { withLockRetry } from '../postgres/with-lock-retry'
import { isS3Url } from '../s3/s3-url'
import { duplicateKeysError } from './duplicate-keys'
import type { FileSink } from './file-sink'
import { Ledger, runState } from './ledger'
import { ParquetSink, type ParquetOptions } from './parquet-sink'
import { PostgresSink, type VisibleRun } from './postgres-sink'
import { checkRunColumns } from './prediction-columns'
import { S3ParquetSink } from './s3-parquet-sink'
import { beginShard } from './shard-writer'
import type { RunSink, RunStanding, ShardTransaction, SinkRun } from './sink'
import { WriterSlots, type Waiting } from './writer-slots'

export interface RunSinkOptions {
  readonly connections: Connections
  readonly run: SinkRun
  /** schema and table unquoted; connection: the name of one, the control database without. */
  readonly postgres: {
    readonly schema: string
    readonly table: string
    readonly connection: string | undefined
    /** Transactions that write predictions at a time, across all workers; undefined: as many as there are. */
    readonly concurrency?: number | undefined
  } | null
  readonly parquet: ParquetOptions | null
}

/** The sink of a run: Postgres, Parquet or both, behind one ledger. The object holds no state of the run. */
export function createRunSink({ connections, run, postgres, parquet }: RunSinkOptions): RunSink {
  const files = parquet && fileSink(parquet.path, run)
  if (postgres) {
    const pool = connections.named(postgres.connection)
    const tables = new PostgresSink(pool, run, postgres)
    const { concurrency } = postgres
    const slots = concurrency === undefined ? null : new WriterSlots(tables.names.view, concurrency)
    const ledger = new Ledger(pool, tables.names.plain.schema, tables.names.view, run)
    return new LedgeredSink(run, ledger, tables, files, slots)
  }
  if (!parquet) throw new TypeError('a job has a sink')
  return new LedgeredSink(
    run,
    new Ledger(connections.control, 'nightscore', parquet.path, run),
    null,
    files,
    null,
  )
}

function fileSink(place: string, run: SinkRun): FileSink {
  return isS3Url(place) ? new S3ParquetSink(place, run) : new ParquetSink(place, run)
}

class LedgeredSink implements RunSink {
  constructor(
    private readonly run: SinkRun,
    private readonly ledger: Ledger,
    private readonly tables: PostgresSink | null,
    private readonly files: FileSink | null,
    private readonly slots: WriterSlots | null,
  ) {}

  async prepare(): Promise<void> {
    checkRunColumns(this.run, this.files !== null)
    await this.files?.prepare()
    await withLockRetry(this.ledger.pool, async (client) => {
      await this.ledger.create(client)
      const state = await this.ledger.enter(client)
      if (state === 'closed') throw runState(this.run, state, 'scoring')
      await this.tables?.prepare(client)
    })
  }

  async reopen(): Promise<void> {
    const known = await withLockRetry(this.ledger.pool, async (client) => {
      if (!(await this.ledger.exists())) return false
      const state = await this.ledger.lockState(client)
      if (state === null) return false
      if (state === 'published') throw runState(this.run, state, 'scoring')
      const kept = (await this.files?.exists()) !== false && (await this.tables?.reopen(client)) !== false
      if (!kept) throw runState(this.run, 'dropped', 'scoring')
      await this.ledger.setState(client, 'scoring')
      return true
    })
    // a run that failed before it was prepared
    if (!known) await this.prepare()
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

  committedProfiles(): AsyncGenerator<readonly Uint8Array[], void, undefined> {
    return this.ledger.committedProfiles()
  }

  beginShard(_: number, waiting: Waiting): Promise<ShardTransaction> {
    return beginShard(this.ledger, this.run, this.tables?.copySql ?? null, this.slots, waiting)
  }

  async check(shardCount: number): Promise<{ readonly rows: number }> {
    const state = await this.ledger.closeFence()
    await this.ledger.checkShards(shardCount)
    if (state === 'checking') await this.tables?.endStragglers()
    const results = await this.ledger.committedShards()
    const inFiles = await this.checkFiles(results)
    const rows = (await this.tables?.check()) ?? inFiles
    if (state === 'checking')
      await this.ledger.withState((client) => this.ledger.setState(client, 'checked', rows))
    return { rows }
  }

  async publish(): Promise<void> {
    const checked = async (client: PoolClient): Promise<boolean> => {
      const state = await this.ledger.lockState(client)
      if (state !== 'checked' && state !== 'published') throw runState(this.run, state, 'checked')
      return state === 'checked'
    }
    await withLockRetry(this.ledger.pool, async (client) => {
      if (await checked(client)) await this.tables?.attach(client)
    })
    await withLockRetry(this.ledger.pool, async (client) => {
      if (!(await checked(client))) return
      await this.ledger.lockBatch(client)
      await this.tables?.lockPublications(client)
      const visible = await this.visible(client)
      if (visible && visible.revision > this.run.revision)
        throw new NightscoreError('RUN_STATE', {
          found: `revision ${this.run.revision} after revision ${visible.revision} of batch ${this.run.batch}`,
          expected: 'the newest revision',
        })
      await this.files?.publish(await this.ledger.committedShards())
      await this.tables?.publish(client)
      await this.ledger.becomeVisible(client)
    })
  }

  async republish(from: string): Promise<void> {
    if (!(await this.ledger.exists())) throw revisionGone(this.run)
    await withLockRetry(this.ledger.pool, async (client) => {
      const state = await this.ledger.lockState(client)
      if (state === null || state === 'closed') throw revisionGone(this.run)
      if (state !== 'published') throw runState(this.run, state, 'published')
      await this.ledger.lockBatch(client)
      await this.tables?.lockPublications(client)
      const visible = await this.visible(client)
      const isVisible = visible?.runId === this.run.runId
      if (!isVisible && visible?.runId !== from) throw visibleMeanwhile(this.run, visible, from)
      const kept = (await this.files?.exists()) !== false && (await this.tables?.isAttached(client)) !== false
      if (!kept) throw revisionGone(this.run)
      await this.files?.republish(await this.ledger.committedShards())
      if (isVisible) return
      await this.tables?.publish(client)
      await this.ledger.becomeVisible(client)
    })
  }

  async close({ keep }: { readonly keep: boolean }): Promise<boolean> {
    if (!(await this.ledger.exists())) return true
    const state = await this.ledger.withState(async (client, found) => {
      if (found !== null && found !== 'published') await this.ledger.setState(client, 'closed')
      return found
    })
    // a published run is what readers see: there is nothing left to close
    if (state === null || state === 'published') return state === null
    await this.tables?.endStragglers()
    await withLockRetry(this.ledger.pool, async (client) => {
      // reopened meanwhile: not ours to remove any more
      if ((await this.ledger.lockState(client)) !== 'closed') return
      await this.files?.withdraw((await this.visible(client))?.runId ?? null, keep)
      if (keep) return
      await this.ledger.deleteCommits(client)
      await this.tables?.drop(client)
    })
    return true
  }

  async forgetProfiles(
    runIds: readonly string[],
    dryRun: boolean,
  ): Promise<{ readonly count: number; readonly bytes: number }> {
    if (!(await this.ledger.exists())) return { count: 0, bytes: 0 }
    return this.ledger.forgetProfiles(runIds, dryRun)
  }

  async standing(): Promise<RunStanding | null> {
    if (!(await this.ledger.exists())) return null
    return this.ledger.withState(async (client, state) => {
      const entry = await this.ledger.entry(client)
      if (state === null || entry === null) return null
      return {
        wasPublished: state === 'published' || ((await this.tables?.wasPublished(client)) ?? false),
        isVisible: await this.isVisible(client),
        isClosed: state === 'closed',
        changedAt: entry.changedAt,
        bytes: ((await this.tables?.sizeBytes(client)) ?? 0) + ((await this.files?.sizeBytes()) ?? 0),
      }
    })
  }

  async discard(): Promise<number | null> {
    const standing = await this.standing()
    if (standing === null) return 0
    await this.tables?.waitForReaders()
    // from here on nobody makes it visible again, and an interrupted discard is known as one
    const isClosed = await withLockRetry(this.ledger.pool, async (client) => {
      const state = await this.ledger.lockState(client)
      if (state === 'closed') return true
      await this.ledger.lockBatch(client)
      await this.tables?.lockPublications(client)
      if (state !== 'published' || (await this.isVisible(client))) return false
      await this.ledger.setState(client, 'closed')
      return true
    })
    if (!isClosed) return null
    await this.tables?.detach()
    await withLockRetry(this.ledger.pool, async (client) => {
      // a failed run that was reopened meanwhile
      if ((await this.ledger.lockState(client)) !== 'closed') return
      await this.files?.withdraw((await this.visible(client))?.runId ?? null, false)
      await this.ledger.deleteCommits(client)
      await this.tables?.drop(client)
    })
    return standing.bytes
  }

  /** By whichever says so: between a file's publication and the table's they differ. */
  private async isVisible(client: PoolClient): Promise<boolean> {
    const visible = await this.visible(client)
    return visible?.runId === this.run.runId || ((await this.files?.isLinked()) ?? false)
  }

  /** Where there are tables, they are the truth of what is visible; else the ledger's run that became visible last. */
  private visible(client: PoolClient): Promise<VisibleRun | null> {
    return this.tables ? this.tables.visible(client) : this.ledger.lastVisible(client)
  }

  /** Rows in the files. Keys are compared in Postgres where the rows are there too. */
  private async checkFiles(results: readonly ShardResult[]): Promise<number> {
    const rows = results.reduce((sum, result) => sum + (result.file?.rows ?? 0), 0)
    if (!this.files) return rows
    await this.files.check(results)
    if (this.tables) return rows
    const duplicates = await this.files.duplicateKeys(results)
    if (duplicates) throw duplicateKeysError(this.run, duplicates)
    return rows
  }
}

function revisionGone({ runId, batch, revision }: SinkRun): NightscoreError {
  return new NightscoreError('REVISION_GONE', {
    found: `revision ${revision} of batch ${batch} (run ${runId}) without its predictions`,
    expected: 'a revision that is kept',
  })
}

function visibleMeanwhile({ batch }: SinkRun, visible: VisibleRun | null, from: string): NightscoreError {
  return new NightscoreError('RUN_STATE', {
    found:
      visible === null
        ? `no visible run of batch ${batch}`
        : `run ${visible.runId} visible in batch ${batch}`,
    expected: `run ${from}, as when this was asked`,
    fix: 'Look at nightscore run list, and ask again.',
  })
}
