import type { BinShares } from './bin-shares'

/**
 * Triangular discrimination (Vincze-Le Cam) as a distance: sqrt(1/2 sum (p - q)² / (p + q)). It is what Cramer's V would
 * be with as many current rows as reference rows, and unlike V does not depend on n / m. 0 for equal shares, 1 for shares
 * that have no bin in common.
 *
 * Equal to numpy: `sqrt(sum((p - q) ** 2 / (p + q)) / 2)`, to 1e-9 relative.
 * @example triangular({ p: Float64Array.of(0.5, 0.5), q: Float64Array.of(0.6, 0.4) }) // 0.1005
 */
export function triangular({ p, q }: Pick<BinShares, 'p' | 'q'>): number {
  let sum = 0
  for (let i = 0; i < p.length; i += 1) {
    const [difference, total] = [p[i]! - q[i]!, p[i]! + q[i]!]
    if (total > 0) sum += (difference * difference) / total
  }
  return Math.min(1, Math.sqrt(sum / 2))
}
