import { createHash } from 'node:crypto'
import type { RecordBatch } from 'apache-arrow'
import type { Column } from '../../schemas/column'
import { NightscoreError, type ErrorCode, type QuarantineReason } from '../../schemas/errors'
import type { QuarantinedRow, ShardResult, SinkFile } from '../../schemas/run'
import { rawRows } from '../data/raw-rows'
import { sandboxFor } from '../data/sandbox'
import { scanShard } from '../data/scan-shard'
import { CopyEncoder } from '../data/sinks/copy-encoder'
import { openParquetWriter } from '../data/sinks/parquet-writer'
import { ProfilePass } from '../evaluation/columns/profile-pass'
import { BatchScorer } from './batch-scorer'
import { outputBatch } from './output-batch'
import { quarantinedRows } from './quarantined-rows'
import type { ScoreShardAnswer, ScoreShardTask } from './score-shard-task'
import { sessionFor } from './session-cache'
import { ShadowFailure } from './shadow-failure'
import { ShadowPass } from './shadow-pass'

/** Quarantined rows of a shard that are kept whole: enough to see what is wrong, too few to fill the database. */
const rawRowsAtMost = 1_000

/** Where a shard's bytes and quarantined rows go while it is scored; each call resolves when more may come. */
export interface ShardOutlet {
  copy(bytes: Uint8Array): Promise<void>
  quarantine(rows: readonly QuarantinedRow[]): Promise<void>
  /** Resolves when all has been taken. */
  drained(): Promise<void>
  /** Ends the work at the next run of the model or batch of rows. */
  readonly signal: AbortSignal
}

/** A scored shard, its bytes and quarantined rows gone out. */
export type ScoredShard = Pick<ScoreShardAnswer, 'result' | 'profile'>

/**
 * Scores one shard in the calling thread: read, validate, encode, infer, and make what the sinks write.
 * @throws what reading, scoring and writing throw; ShadowFailure; the signal's reason
 */
export async function runShardTask(task: ScoreShardTask, outlet: ShardOutlet): Promise<ScoredShard> {
  const shard = new ShardRun(task, outlet)
  const file = task.parquet && (await openParquetWriter(task.parquet, task.shardNo, shard.columns))
  let shadow: ShadowPass | null = null
  try {
    shadow = await shard.openShadow()
    await shard.score(shadow, async (batch) => file?.write(batch))
    await shard.reportQuarantined()
    const pairs = await shard.closeShadow(shadow)
    await shard.timed('writeMs', () => outlet.drained())
    const written = file && (await shard.timed('writeMs', () => file.close()))
    return { result: shard.result(written, pairs), profile: shard.profile.bytes() }
  } catch (error) {
    await file?.abort()
    await shadow?.abort()
    throw error
  }
}

class ShardRun {
  readonly columns: readonly Column[]
  readonly profile: ProfilePass
  private readonly started = performance.now()
  private readonly spent = { readMs: 0, encodeMs: 0, inferMs: 0, writeMs: 0, profileMs: 0, shadowMs: 0 }
  private readonly digest = createHash('sha256')
  private readonly quarantined: QuarantinedRow[] = []
  private readonly counts = { seen: 0, scored: 0 }
  private scoreSum: number | null = 0
  private outOfRange: Record<string, number> = {}
  private inferRuns: Readonly<Record<string, number>> = {}

  constructor(
    private readonly task: ScoreShardTask,
    private readonly outlet: ShardOutlet,
  ) {
    const { keys, carry, predictions } = task
    this.columns = [...keys, ...carry, ...predictions]
    const { manifest } = task.model
    this.profile = new ProfilePass(task.profile, task.shardNo, { manifest, keys, predictions })
  }

  async openShadow(): Promise<ShadowPass | null> {
    const { task, outlet } = this
    const { shadow } = task
    return (
      shadow &&
      this.timed('shadowMs', () => ShadowPass.open(task, shadow, () => outlet.signal.throwIfAborted()))
    )
  }

  async closeShadow(shadow: ShadowPass | null): Promise<SinkFile | null> {
    return shadow && this.timed('shadowMs', () => shadow.close())
  }

  async score(shadow: ShadowPass | null, write: (batch: RecordBatch) => Promise<void>): Promise<void> {
    const { task, outlet } = this
    const { file, rowStart, rowEnd, model } = task
    const session = await this.timed('inferMs', () => sessionFor(model))
    const sandbox = await this.timed('readMs', () => sandboxFor(task.roots, { scansOnly: true }))
    const scorer = new BatchScorer(session, model, task.scan, () => outlet.signal.throwIfAborted())
    const encoder = new CopyEncoder(this.columns)
    const { scan, manifest } = shadow?.union ?? { scan: task.scan, manifest: model.manifest }
    const { signal } = outlet
    const batches = scanShard({ sandbox, file, rowStart, rowEnd, scan, manifest, signal, passing: true })
    const readsMore = scan.features.length > task.scan.features.length
    for (;;) {
      const next = await this.timed('readMs', () => (readsMore ? blamingShadow(batches) : batches.next()))
      if (next.done) break
      outlet.signal.throwIfAborted()
      const scanned = next.value
      const scored = await scorer.score(scanned)
      this.counts.seen += scanned.numRows
      this.counts.scored += scored.rows.length
      this.add(scored.scores)
      this.quarantined.push(...quarantinedRows(scanned, scored.faults, task.keys.length))
      const profiling = performance.now()
      this.profile.add(scanned, scored)
      this.spent.profileMs += performance.now() - profiling
      if (shadow) await this.timed('shadowMs', () => shadow.add(scanned, scored))
      await this.timed('writeMs', async () => {
        const batch = outputBatch(scanned, scored, task)
        const bytes = encoder.encode(batch)
        this.digest.update(bytes)
        if (task.copy) await outlet.copy(bytes)
        await write(batch)
      })
    }
    this.spent.encodeMs += scorer.timings.encodeMs
    this.spent.inferMs += scorer.timings.inferMs
    this.inferRuns = scorer.timings.runs
    this.outOfRange = scorer.outOfRange
  }

  /** Adds in row order, so that a retry comes to the same sum to the last bit. */
  private add(scores: ArrayLike<number | bigint> | null): void {
    if (scores === null) this.scoreSum = null
    else for (let i = 0; i < scores.length; i += 1) this.scoreSum! += Number(scores[i])
  }

  /** Sends the rows that could not be scored, the first of them with the whole source row. */
  async reportQuarantined(): Promise<void> {
    const { file, roots } = this.task
    const first = this.quarantined.slice(0, rawRowsAtMost)
    if (first.length === 0) return
    const rowNumbers = first.map((row) => row.rowNumber)
    const raw = await this.timed('readMs', async () =>
      rawRows({ sandbox: await sandboxFor(roots, { scansOnly: true }), file, rowNumbers }),
    )
    await this.timed('writeMs', async () => {
      await this.outlet.quarantine(first.map((row) => ({ ...row, raw: raw.get(row.rowNumber) ?? null })))
      await this.outlet.quarantine(this.quarantined.slice(rawRowsAtMost))
    })
  }

  result(file: SinkFile | null, pairs: SinkFile | null): ShardResult {
    const { rowStart, rowEnd, shardNo } = this.task
    const quarantinedBy: Partial<Record<QuarantineReason, number>> = {}
    for (const { reason } of this.quarantined) quarantinedBy[reason] = (quarantinedBy[reason] ?? 0) + 1
    return {
      shardNo,
      read: rowEnd - rowStart,
      scored: this.counts.scored,
      quarantined: this.quarantined.length,
      filtered: rowEnd - rowStart - this.counts.seen,
      digest: this.digest.digest('hex'),
      scoreSum: this.scoreSum,
      outOfRange: this.outOfRange,
      quarantinedBy,
      timings: {
        ...this.spent,
        totalMs: performance.now() - this.started,
        inferRuns: this.inferRuns,
      },
      file,
      pairs,
    }
  }

  async timed<T>(stage: keyof ShardRun['spent'], work: () => Promise<T>): Promise<T> {
    const started = performance.now()
    try {
      return await work()
    } finally {
      this.spent[stage] += performance.now() - started
    }
  }
}

/** A column that only the shadow reads may be why a scan fails: without it the shard will tell. */
async function blamingShadow(batches: ReturnType<typeof scanShard>): ReturnType<typeof batches.next> {
  try {
    return await batches.next()
  } catch (error) {
    const ofFile = error instanceof NightscoreError && filesCodes.includes(error.code)
    throw ofFile || !(error instanceof Error) ? error : new ShadowFailure(error)
  }
}

/** Of the file as a whole: no column is to blame. */
const filesCodes: readonly ErrorCode[] = ['SOURCE_CHANGED', 'STORE_CORRUPT']
