import type { RecordBatch } from 'apache-arrow'
import type { Column } from '../../schemas/column'
import type { SinkFile } from '../../schemas/run'
import { scanColumns, type ScanPlan } from '../data/scan-plan'
import { openParquetWriter, type ParquetWriter } from '../data/sinks/parquet-writer'
import { unionScan, type UnionScan } from '../data/union-scan'
import { BatchScorer, type ScoredBatch } from './batch-scorer'
import { pairBatch, pairColumns } from './pair-batch'
import type { ScoreShardTask, ShadowTask } from './score-shard-task'
import { sessionFor } from './session-cache'
import { ofShadow } from './shadow-failure'
import { shadowView } from './shadow-view'

/**
 * Scores the batches of one shard with a second model and writes what the two made of each row to the shard's pair file.
 * Everything that it throws is a ShadowFailure. Exactly one of close and abort ends it.
 */
export class ShadowPass {
  private constructor(
    private readonly task: ScoreShardTask,
    /** What the shard reads: both models' features. */
    readonly union: UnionScan,
    private readonly scorer: BatchScorer,
    private readonly columns: readonly Column[],
    private readonly file: ParquetWriter,
  ) {}

  /** @throws ShadowFailure */
  static open(task: ScoreShardTask, shadow: ShadowTask, throwIfStopped: () => void): Promise<ShadowPass> {
    return ofShadow(async () => {
      const { model, features, predictions } = shadow
      const union = unionScan(task.scan, task.model.manifest, { features, manifest: model.manifest })
      const scan: ScanPlan = { ...task.scan, features }
      const scorer = new BatchScorer(await sessionFor(model), model, scan, throwIfStopped)
      const known = [...task.keys, ...task.carry]
      const segments = task.profile.segmentColumns.map(({ name }) => known.find((one) => one.name === name)!)
      const sides = { champion: task.predictions, challenger: predictions }
      const columns = pairColumns({ keys: task.keys, segments, ...sides })
      const target = { folder: shadow.folder, compression: 'zstd', version: 'v2', constants: null } as const
      const file = await openParquetWriter(target, task.shardNo, columns)
      return new ShadowPass(task, union, scorer, columns, file)
    })
  }

  /** @param champion what the run's model made of the same batch */
  add(scanned: RecordBatch, champion: ScoredBatch): Promise<void> {
    const { keys, carry, profile } = this.task
    return ofShadow(async () => {
      const { places } = this.union
      const view = shadowView(scanned, { keys: keys.length, carry: carry.length, places })
      const challenger = await this.scorer.score(view)
      const read = [
        ...keys.map((_, i) => scanColumns.key(i)),
        ...profile.segmentColumns.map(({ scanColumn }) => scanColumn),
      ]
      await this.file.write(pairBatch(scanned, read, this.columns, [champion, challenger]))
    })
  }

  close(): Promise<SinkFile> {
    return ofShadow(() => this.file.close())
  }

  /** Leaves no file behind. */
  abort(): Promise<void> {
    return this.file.abort()
  }
}
