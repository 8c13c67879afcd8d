import type { PairBlock } from './compared-rows'

/** A row on which two models differ. */
export interface DifferingRow {
  /** Position in the task's batches. */
  readonly batch: number
  /** Position in the batch: over its files, one after the other. */
  readonly row: number
  /** challenger - champion; NaN where only one of them is finite. */
  readonly difference: number
  readonly flipped: boolean
}

const { abs } = Math

/**
 * The rows that differ most, at most `most`: first those where one number is not finite, then by the size of the difference, of
 * equal ones those whose label flips, then in the order in which they came. Rows that do not differ are none of them.
 */
export class LargestDifferences {
  private readonly kept: DifferingRow[] = []

  constructor(private readonly most: number) {}

  /** @param row position of the block's first row in its batch */
  add(block: Pick<PairBlock, 'present' | 'differences' | 'flipped'>, batch: number, row: number): void {
    const { present, differences, flipped } = block
    for (let i = 0; i < present.length; i++) {
      if (present[i] !== 3 || (differences[i] === 0 && flipped[i] === 0)) continue
      const one = { batch, row: row + i, difference: differences[i]!, flipped: flipped[i] === 1 }
      const last = this.kept[this.most - 1]
      if (last !== undefined && order(last, one) <= 0) continue
      const at = this.kept.findIndex((other) => order(other, one) > 0)
      this.kept.splice(at === -1 ? this.kept.length : at, 0, one)
      this.kept.length = Math.min(this.kept.length, this.most)
    }
  }

  rows(): readonly DifferingRow[] {
    return this.kept
  }
}

/** Below 0: a differs more than b. */
function order(a: DifferingRow, b: DifferingRow): number {
  const [sizeA, sizeB] = [sizeOf(a), sizeOf(b)]
  if (sizeA !== sizeB) return sizeB > sizeA ? 1 : -1
  return Number(b.flipped) - Number(a.flipped)
}

function sizeOf({ difference }: DifferingRow): number {
  return difference === difference ? abs(difference) : Infinity
}
