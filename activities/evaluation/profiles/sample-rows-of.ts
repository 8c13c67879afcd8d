const rowsAtMost = 50_000

/** 16 MB as numbers; merging holds it some five times. */
const cellsAtMost = 2_000_000

/**
 * Rows of a sample (k) with so many columns: 50,000 up to 40 columns, fewer beyond, so that a wide model's sample takes no more
 * memory than that: 300 columns of 50,000 rows made a worker's peak 500 MB higher while they were merged.
 */
export function sampleRowsOf(columns: number): number {
  return Math.max(1_000, Math.min(rowsAtMost, Math.floor(cellsAtMost / Math.max(1, columns))))
}
