import type { CalibrationTable } from './calibration-table'

/**
 * Expected calibration error over the bins of the table: sum_k rows_k / n |positive share_k - mean score_k|, which is
 * sum_k |positives_k - score sum_k| / n. Of several classes it is that of the top class when the table is.
 *
 * Equals numpy over `sklearn.calibration.calibration_curve`; 0 to 1 for scores in [0, 1]; null without rows.
 */
export function ece({ rows, positives, scoreSums }: CalibrationTable): number | null {
  let [n, gaps] = [0, 0]
  for (let k = 0; k < rows.length; k++) {
    n += rows[k]!
    gaps += Math.abs(positives[k]! - scoreSums[k]!)
  }
  return n === 0 ? null : gaps / n
}
