import type { BinShares } from './bin-shares'

/**
 * Jensen-Shannon distance with logarithms of base 2: sqrt((KL(p, m) + KL(q, m)) / 2), m = (p + q) / 2, where a share of 0
 * adds nothing (no clip). 0 for equal shares, 1 for shares that have no bin in common.
 *
 * Equal to `scipy.spatial.distance.jensenshannon(p, q, base=2)`: its square to 1e-12 absolute and the distance itself to
 * 1e-9 relative. The root magnifies rounding near 0: there scipy can give 1e-9 (or NaN) for nearly equal shares.
 * @example jsDistance({ p: Float64Array.of(1, 0), q: Float64Array.of(0.5, 0.5) }) // 0.5579
 */
export function jsDistance({ p, q }: Pick<BinShares, 'p' | 'q'>): number {
  let sum = 0
  for (let i = 0; i < p.length; i += 1) {
    const middle = (p[i]! + q[i]!) / 2
    sum += entropyOf(p[i]!, middle) + entropyOf(q[i]!, middle)
  }
  return Math.sqrt(Math.min(1, Math.max(0, sum / Math.LN2 / 2)))
}

function entropyOf(share: number, middle: number): number {
  return share === 0 ? 0 : share * Math.log(share / middle)
}
