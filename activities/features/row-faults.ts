import type { QuarantineReason } from '../../schemas/errors'

/** Why one row of a batch cannot be scored. */
export interface RowFault {
  /** Row within the batch. */
  readonly index: number
  /** The key, carried column or feature at fault, or the prediction. */
  readonly column: string
  readonly reason: QuarantineReason
  /** What was found and, where it helps, what was expected. */
  readonly detail: string
}

/** The rows of a batch that cannot be scored; of several reasons, the first that was added stays. */
export class RowFaults {
  private readonly byRow = new Map<number, RowFault>()

  get count(): number {
    return this.byRow.size
  }

  has(index: number): boolean {
    return this.byRow.has(index)
  }

  add(index: number, column: string, reason: QuarantineReason, detail: string): void {
    if (!this.byRow.has(index)) this.byRow.set(index, { index, column, reason, detail })
  }

  /** In the order of rows. */
  list(): RowFault[] {
    return [...this.byRow.values()].sort((a, b) => a.index - b.index)
  }

  /** The rows without a fault, ascending. */
  keptRows(rows: number): Int32Array {
    const kept = new Int32Array(rows - this.byRow.size)
    let at = 0
    for (let row = 0; row < rows; row += 1) if (!this.byRow.has(row)) kept[at++] = row
    return kept
  }
}
