/** Durations in bins of 2 %: bin -> how many, so that those of any number of shards add up. */
export type RunTimes = Readonly<Record<string, number>>

const ratio = Math.log(1.02)

/**
 * - `add(times, ms)`: counts one duration, in milliseconds.
 * - `merge(all)`: their sum.
 * - `quantile(times, share)`: within 1 % of the duration that `share` (0 to 1) of them do not exceed; null without any.
 */
export const runTimes = { add, merge, quantile }

function add(times: Record<string, number>, ms: number): void {
  const bin = String(Math.round(Math.log(Math.max(ms, 1e-6)) / ratio))
  times[bin] = (times[bin] ?? 0) + 1
}

function merge(all: Iterable<RunTimes>): RunTimes {
  const sum: Record<string, number> = {}
  for (const times of all)
    for (const [bin, count] of Object.entries(times)) sum[bin] = (sum[bin] ?? 0) + count
  return sum
}

function quantile(times: RunTimes, share: number): number | null {
  const bins = Object.entries(times)
    .map(([bin, count]) => [Number(bin), count] as const)
    .sort(([a], [b]) => a - b)
  const total = bins.reduce((sum, [, count]) => sum + count, 0)
  let below = 0
  for (const [bin, count] of bins) if ((below += count) >= share * total) return Math.exp(bin * ratio)
  return null
}
