import { quantileSorted } from './quantile-sorted'

const { isFinite } = Number

/**
 * Quantiles of prediction - label (the sign of bias: positive when the model predicts too much), in units of the label. Needs
 * the rows themselves (or a sample of them): it does not merge. Rows where the residual is not finite are left out.
 *
 * Equals `numpy.quantile(prediction - label, levels)`, method 'linear'. null without rows.
 * @param levels each 0 to 1
 */
export function residualQuantiles(
  predictions: Float64Array | Float32Array,
  labels: Float64Array,
  levels: readonly number[],
): number[] | null {
  const residuals = new Float64Array(labels.length)
  let filled = 0
  for (let i = 0; i < labels.length; i++) {
    const residual = predictions[i]! - labels[i]!
    if (isFinite(residual)) residuals[filled++] = residual
  }
  if (filled === 0) return null
  const sorted = residuals.subarray(0, filled).sort()
  return levels.map((level) => quantileSorted(sorted, level)!)
}
