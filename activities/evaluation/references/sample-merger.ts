import { isTextColumn, type ProfileColumn } from '../profiles/profile-column'
import { rowSample, type RowSample } from '../profiles/row-sample'

/**
 * Merges samples one after the other to the k rows of the smallest hashes, never holding more than about 3k rows. Columns that
 * one of them lacks, or has of another type, are left out.
 */
export class SampleMerger {
  #pending: RowSample[] = []
  #rows = 0

  constructor(private readonly k: number) {}

  add(sample: RowSample): void {
    this.#pending.push(sample)
    this.#rows += sample.hashes.length
    if (this.#rows > 2 * this.k) this.extract()
  }

  /** The sample so far; without rows or columns where nothing was added. */
  extract(): RowSample {
    const merged = rowSample.merge(withCommonColumns(this.#pending), this.k)
    this.#pending = [merged]
    this.#rows = merged.hashes.length
    return merged
  }
}

function withCommonColumns(samples: readonly RowSample[]): RowSample[] {
  const filled = samples.filter(({ hashes }) => hashes.length > 0)
  return filled.map(({ hashes, columns }) => ({
    hashes,
    columns: new Map(
      [...columns].filter(([name, column]) =>
        filled.every((other) => isSameKind(column, other.columns.get(name))),
      ),
    ),
  }))
}

function isSameKind(column: ProfileColumn, other: ProfileColumn | undefined): boolean {
  return other !== undefined && isTextColumn(other) === isTextColumn(column)
}
