import type { SegmentColumn } from '../accuracy/evaluate-accuracy'

/** A number of each row by the champion, and by the challenger. */
export interface Both<T> {
  readonly champion: T
  readonly challenger: T
}

/** Rows read from pair files, those of both models and of one: arrays of the same rows. */
export interface PairBlock {
  /** 1: scored by the champion, 2: by the challenger, 3: by both. */
  readonly present: Uint8Array
  /** challenger - champion; NaN where only one of them is finite. Of several numbers the largest difference. */
  readonly differences: Float64Array
  /** 1 where a number is beyond the tolerance. */
  readonly beyond: Uint8Array
  /** 1 where the labels, or what is no number, differ. */
  readonly flipped: Uint8Array
  /** Score, probability of the top class, or prediction; null of a raw model. */
  readonly scores: Both<Float64Array> | null
  /** Labels as positions in the task's classes; null of tasks without. */
  readonly codes: Both<Int32Array> | null
  /** Log losses of a multiclass model, NaN without a label; null of other tasks. */
  readonly losses: Both<Float64Array> | null
  /** NaN: no label, or a class that neither model knows. Of binary 0 and 1, of multiclass a position. */
  readonly labels: Float64Array
  /** By segment column, positions in its values. */
  readonly segments: readonly Int32Array[]
}

/** The rows that both models scored: arrays of the same rows, in order of batch, shard and row. */
export interface ComparedRows extends Omit<PairBlock, 'present' | 'segments'> {
  readonly rows: number
  readonly onlyChampion: number
  readonly onlyChallenger: number
  readonly segments: readonly SegmentColumn[]
}

type Floats = 'differences' | 'labels'
type Flags = 'beyond' | 'flipped'
type Pairs = 'scores' | 'codes' | 'losses'

/** Collects the rows of both models: `add` a block at a time, `rows` in the end. */
export class ComparedRowsBuilder {
  private filled = 0
  private only = [0, 0] as [number, number]
  private columns: Omit<PairBlock, 'present'> | null = null

  /**
   * @param most rows that may come
   * @param segments columns and values that codes are positions in
   */
  constructor(
    private readonly most: number,
    private readonly segments: readonly Omit<SegmentColumn, 'codes'>[],
  ) {}

  add(block: PairBlock): void {
    const columns = (this.columns ??= this.allocate(block))
    for (const one of block.present) {
      if (one === 1) this.only[0]++
      if (one === 2) this.only[1]++
    }
    const copy = (from: Numbers, to: Numbers): number => {
      let at = this.filled
      for (let row = 0; row < from.length; row++) if (block.present[row] === 3) to[at++] = from[row]!
      return at
    }
    for (const name of ['differences', 'labels'] satisfies Floats[]) copy(block[name], columns[name])
    for (const name of ['scores', 'codes', 'losses'] satisfies Pairs[])
      if (block[name] !== null)
        for (const side of ['champion', 'challenger'] as const) copy(block[name][side], columns[name]![side])
    block.segments.forEach((codes, i) => copy(codes, columns.segments[i]!))
    let end = this.filled
    for (const name of ['beyond', 'flipped'] satisfies Flags[]) end = copy(block[name], columns[name])
    this.filled = end
  }

  rows(): ComparedRows {
    const { filled } = this
    const [onlyChampion, onlyChallenger] = this.only
    const columns = this.columns ?? this.allocate(null)
    const both = <T extends Numbers>(pair: Both<T> | null): Both<T> | null =>
      pair && { champion: cut(pair.champion, filled), challenger: cut(pair.challenger, filled) }
    return {
      rows: filled,
      onlyChampion,
      onlyChallenger,
      differences: cut(columns.differences, filled),
      beyond: cut(columns.beyond, filled),
      flipped: cut(columns.flipped, filled),
      labels: cut(columns.labels, filled),
      scores: both(columns.scores),
      codes: both(columns.codes),
      losses: both(columns.losses),
      segments: this.segments.map((one, i) => ({ ...one, codes: cut(columns.segments[i]!, filled) })),
    }
  }

  private allocate(like: PairBlock | null): Omit<PairBlock, 'present'> {
    const { most } = this
    const floats = (): Float64Array => new Float64Array(most)
    const both = <T>(make: () => T): Both<T> => ({ champion: make(), challenger: make() })
    return {
      differences: floats(),
      labels: floats(),
      beyond: new Uint8Array(most),
      flipped: new Uint8Array(most),
      scores: like?.scores ? both(floats) : null,
      codes: like?.codes ? both(() => new Int32Array(most)) : null,
      losses: like?.losses ? both(floats) : null,
      segments: this.segments.map(() => new Int32Array(most)),
    }
  }
}

type Numbers = Float64Array | Int32Array | Uint8Array

function cut<T extends Numbers>(column: T, rows: number): T {
  return column.subarray(0, rows) as T
}
