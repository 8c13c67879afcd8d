/** From where on a number warns and fails. */
export interface FixedLimits {
  readonly warnAt: number
  readonly failAt: number
}

const rate = { warnAt: 0.01, failAt: 0.05 }

/** Limits of distances, and of a rate's difference to the reference; other metrics have none. */
export const fixedLimits: ReadonlyMap<string, FixedLimits> = new Map([
  ['psi', { warnAt: 0.1, failAt: 0.25 }],
  ['js_distance', { warnAt: 0.1, failAt: 0.2 }],
  ['ks', { warnAt: 0.1, failAt: 0.2 }],
  ['wasserstein', { warnAt: 0.2, failAt: 0.4 }],
  ['triangular', { warnAt: 0.1, failAt: 0.2 }],
  ['missing_rate', rate],
  ['unseen_rate', rate],
  ['out_of_range_rate', rate],
  ['nan_rate', rate],
  ['infinite_rate', rate],
])
