import type { Column } from '../../../schemas/column'
import type { ModelManifest } from '../../../schemas/model-manifest'
import type { EvaluatedArrival } from '../labels/evaluation-task'

/** A pair file: what two models made of a shard's rows. */
export interface ComparedFile {
  /** Absolute. */
  readonly path: string
  readonly rows: number
  readonly sha256: string
}

/** A batch that both models scored. */
export interface ComparedBatch {
  readonly batch: string
  /** In shard order. */
  readonly files: readonly ComparedFile[]
  /** Its labels; none: nothing is told of accuracy. */
  readonly arrivals: readonly EvaluatedArrival[]
}

/** One of the two models. */
export interface ComparedModel {
  /** Its prediction columns, which the pair files have as a0 ... (champion) or b0 ... (challenger). */
  readonly columns: readonly Column[]
  /** Of multiclass, in order of its probabilities; else empty. */
  readonly classes: readonly string[]
}

/** When two numbers count as the same: |b - a| <= atol + rtol |a|, a the champion's. */
export interface Tolerance {
  readonly rtol: number
  readonly atol: number
}

/** What a thread needs to compare two models: plain data, and files that it can read. */
export interface ComparisonTask extends Tolerance {
  readonly task: ModelManifest['task']
  readonly batches: readonly ComparedBatch[]
  /** Absolute folders without symlinks that hold the pair files. */
  readonly roots: readonly string[]
  /** The same of the arrivals of labels; null: there are none. */
  readonly labelsFolder: string | null
  /** The job's key, k0 ... of the pair files. */
  readonly keys: readonly Column[]
  /** Names of the segment columns, s0 ... */
  readonly segments: readonly string[]
  readonly champion: ComparedModel
  readonly challenger: ComparedModel
  /** How much worse the main figure may be. */
  readonly margin: number
}

/** What labels are called in a task: the champion's classes, then those that only the challenger knows. */
export function classesOf({ task, champion, challenger }: ComparisonTask): readonly string[] {
  if (task === 'binary') return ['false', 'true']
  return [...new Set([...champion.classes, ...challenger.classes])]
}
