import { median } from './median'
import { measuredAs, peers, type Peer, type Work } from './works'

/** What one measurement came to; its output was found right. */
export interface Measured {
  readonly seconds: number
  /** Of all processes that worked for it, Postgres and Temporal too; null where that cannot be told. */
  readonly cpuSeconds: number | null
  /** The most that was resident in the process, MB (2^20 bytes); null where that cannot be told. */
  readonly peakMb: number | null
  /** How it was done where there was a choice. */
  readonly note?: string
}

/** By `measuredAs`, a measurement for each round. */
export type Rounds = ReadonlyMap<string, readonly Measured[]>

export interface Comparison {
  readonly work: Work
  readonly peer: Peer
  /** Medians of the rounds, rows a second. */
  readonly ours: number
  readonly theirs: number
  /** How many times as fast we are: the median of the rounds' ratios, and their range. */
  readonly ratio: number
  readonly least: number
  readonly most: number
  /** The same of CPU time, of what worked for it in all processes; null where that cannot be told. */
  readonly cpuRatio: number | null
  readonly target: number
  readonly met: boolean
}

/** All pairs that were measured. Rounds are compared one by one: what else the machine did then fell on both. */
export function compareRounds(chosen: readonly Work[], rounds: Rounds, rowCount: number): Comparison[] {
  return chosen.flatMap((work) =>
    peers.flatMap((peer) => {
      const target = work.targets[peer]
      const ours = rounds.get(measuredAs(work, 'ours')) ?? []
      const theirs = rounds.get(measuredAs(work, peer)) ?? []
      if (target === undefined || ours.length === 0 || ours.length !== theirs.length) return []
      const ratios = ours.map(({ seconds }, round) => theirs[round]!.seconds / seconds)
      const cpuRatios = ours.map(
        ({ cpuSeconds }, round) => (theirs[round]!.cpuSeconds ?? NaN) / (cpuSeconds ?? NaN),
      )
      const rate = (measured: readonly Measured[]) => rowCount / median(measured.map((one) => one.seconds))
      const ratio = median(ratios)
      return [
        {
          work,
          peer,
          ours: rate(ours),
          theirs: rate(theirs),
          ratio,
          least: Math.min(...ratios),
          most: Math.max(...ratios),
          cpuRatio: cpuRatios.some(Number.isNaN) ? null : median(cpuRatios),
          target,
          met: ratio >= target,
        },
      ]
    }),
  )
}
