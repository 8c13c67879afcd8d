import type { Column } from '../../../schemas/column'
import type { MetricValue } from '../../../schemas/metric'
import type { BinaryTables, MulticlassTables } from '../accuracy/accuracy-tables'
import type { AccuracyTask } from '../accuracy/labelled-rows'
import type { AccuracyThreshold } from '../accuracy/judge-figure'
import type { OwnLabels } from './own-figures'
import type { LabelCoverage } from '../accuracy/label-coverage'

/** One arrival of labels as the thread reads it. */
export interface EvaluatedArrival {
  /** Absolute path. */
  readonly path: string
  readonly sha256: string
  readonly loadId: number
  /** false: labels of other batches are among them, which are passed over and not counted. */
  readonly ofThisBatch: boolean
}

/** What a thread needs to evaluate a batch: plain data, and files that it can read. */
export interface EvaluationTask {
  readonly task: AccuracyTask
  /** Of multiclass, in order of the model's probabilities; else empty. */
  readonly classes: readonly string[]
  readonly predictions: {
    /** Absolute paths of Parquet files with the columns of the sink. */
    readonly files: readonly string[]
    /** Absolute folders without symlinks that hold the files. */
    readonly roots: readonly string[]
    readonly keys: readonly Column[]
  }
  /** Columns of the predictions that cut them into segments. */
  readonly segments: readonly string[]
  readonly arrivals: readonly EvaluatedArrival[]
  /** Absolute folder without symlinks that the arrivals are in. */
  readonly labelsFolder: string
  /** What the label is called in its profile, by profileKey. */
  readonly labelKey: string
  /** referenceCodec's bytes of the label's reference; null: there is none yet. */
  readonly reference: Uint8Array | null
  /** Whether the labels are due. */
  readonly isMature: boolean
  /** Used where ownLabels are null. */
  readonly thresholds: readonly AccuracyThreshold[]
  /** Labelled rows of a binary reference: accuracy is judged by the reference's own; null: it has none. */
  readonly ownLabels: OwnLabels | null
  readonly seed: number
}

export interface LabelCounts {
  readonly scored: number
  readonly labelled: number
  readonly received: number
  readonly empty: number
  readonly unknown: number
  readonly unknownKeys: number
  readonly repeated: number
  readonly conflicts: number
  readonly undecided: number
}

/** What the evaluation of a batch comes to; of the same size for any number of rows. */
export interface EvaluationOutcome {
  readonly counts: LabelCounts
  /** Scope accuracy. */
  readonly metrics: readonly MetricValue[]
  readonly coverage: LabelCoverage
  /** null for a regression, and without labels. */
  readonly tables: BinaryTables | MulticlassTables | null
  /** shardCodec's bytes of the labels on their reference, or, without one, on bins of their own. */
  readonly labelProfile: Uint8Array
}
