import type { BinShares } from './bin-shares'

/** What an empty bin counts as, in this and every logarithm of a share: else one row could make the sum infinite. */
const shareAtLeast = 1e-4

/**
 * Population stability index: sum of (q - p) ln(q / p) over the bins, with p and q clipped at 1e-4 from below and not
 * scaled to sum to 1 again. Natural logarithm; symmetric; 0 for equal shares, never below 0.
 *
 * Equal to numpy: `p, q = clip(p, 1e-4, None), clip(q, 1e-4, None); sum((q - p) * log(q / p))`, to 1e-9 relative.
 * @example psi({ p: Float64Array.of(0.5, 0.5), q: Float64Array.of(0.6, 0.4) }) // 0.0405
 */
export function psi({ p, q }: Pick<BinShares, 'p' | 'q'>): number {
  let sum = 0
  for (let i = 0; i < p.length; i += 1) {
    const [a, b] = [Math.max(p[i]!, shareAtLeast), Math.max(q[i]!, shareAtLeast)]
    sum += (b - a) * Math.log(b / a)
  }
  return sum
}
