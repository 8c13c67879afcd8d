import { evaluateDrift } from '../activities/evaluation/drift/evaluate-drift'
import { mergeProfiles } from '../activities/evaluation/profiles/merge-profiles'
import { isTextColumn, type ProfileColumn } from '../activities/evaluation/profiles/profile-column'
import { referenceProfile, type ReferenceProfile } from '../activities/evaluation/profiles/reference-profile'
import { rowHashes } from '../activities/evaluation/profiles/row-hashes'
import { shardProfile } from '../activities/evaluation/profiles/shard-profile'
import { hasValue } from '../activities/evaluation/stats/number-column'
import type { MetricValue } from '../schemas/metric'

/**
 * How often drift is reported where there is none: runs drawn from the reference's own rows (14 numeric and 6 categorical columns
 * of 3 to 300 levels, some values missing), at a fixed seed, and how often a shift of 0.3 sd in one column is caught.
 * Usage: node dist/bench/false-alarms.js [RUNS]     default 1,000
 */
export interface Simulation {
  readonly columns: ReadonlyMap<string, ProfileColumn>
  readonly reference: ReferenceProfile
  readonly random: () => number
}

/** Shares of runs, 0 to 1. */
export interface AlarmShares {
  readonly anyWarn: number // or fail
  readonly anyFail: number
  /** Of the runs, with a distance of column x0 that warns or fails. */
  readonly caught: number
}

const levelCounts = [3, 8, 25, 60, 150, 300]

/** Mulberry32: 0 to 1, 32 bits, the same for a seed. */
function seededRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

export function createSimulation(seed: number, referenceRows = 50_000): Simulation {
  const random = seededRandom(seed)
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  const shapes = [
    normal,
    () => Math.exp(normal()),
    random,
    () => -Math.log(1 - random()),
    () => normal() / Math.max(0.05, Math.abs(normal())), // long tails
    () => (random() < 0.6 ? 0 : Math.exp(normal())), // a spike
    () => Math.floor(40 * random() ** 2), // ties
  ]
  const columns = new Map<string, ProfileColumn>()
  for (let i = 0; i < 14; i += 1) {
    const values = Float64Array.from({ length: referenceRows }, shapes[i % shapes.length]!)
    const validity = new Uint8Array(Math.ceil(referenceRows / 8)).fill(255)
    if (i % 3 === 1)
      for (let row = 0; row < referenceRows; row += 1)
        if (random() < 0.05) validity[row >> 3]! &= ~(1 << (row & 7))
    columns.set(`x${i}`, { values, validity })
  }
  for (const [i, count] of levelCounts.entries()) {
    const dictionary = Array.from({ length: count }, (_, level) => `level ${level}`)
    const codes = Int32Array.from({ length: referenceRows }, () => Math.floor(count * random() ** 2))
    columns.set(`c${i}`, { dictionary, codes })
  }
  return { columns, reference: referenceProfile(columns), random }
}

/** One run of n rows drawn with replacement; x0, whose sd is 1, moved by `shift`. */
export function simulateRun({ columns, reference, random }: Simulation, n: number, shift = 0): MetricValue[] {
  const rows = Uint32Array.from({ length: n }, () => Math.floor(reference.rows * random()))
  const drawn = new Map<string, ProfileColumn>()
  for (const [name, column] of columns) drawn.set(name, pick(column, rows, name === 'x0' ? shift : 0))
  const profiler = shardProfile.create(reference, { shardNo: 0, batchRows: n })
  shardProfile.add(profiler, drawn, rowHashes(n))
  return evaluateDrift({ all: reference }, { all: mergeProfiles([shardProfile.extract(profiler)]) })
}

function pick(column: ProfileColumn, rows: Uint32Array, shift: number): ProfileColumn {
  if (isTextColumn(column)) return { ...column, codes: Int32Array.from(rows, (row) => column.codes[row]!) }
  const validity = new Uint8Array(Math.ceil(rows.length / 8))
  rows.forEach((from, to) => {
    if (!column.validity || hasValue(column.validity, from)) validity[to >> 3]! |= 1 << (to & 7)
  })
  return { values: Float64Array.from(rows, (row) => column.values[row]! + shift), validity }
}

export function simulateRuns(simulation: Simulation, runs: number, n: number, shift = 0): AlarmShares {
  let [warned, failed, caught] = [0, 0, 0]
  for (let run = 0; run < runs; run += 1) {
    const values = simulateRun(simulation, n, shift)
    const alarms = values.filter(({ verdict }) => verdict === 'warn' || verdict === 'fail')
    if (alarms.length > 0) warned += 1
    if (alarms.some(({ verdict }) => verdict === 'fail')) failed += 1
    if (alarms.some(({ column, scope }) => column === 'x0' && scope === 'feature')) caught += 1
  }
  return { anyWarn: warned / runs, anyFail: failed / runs, caught: caught / runs }
}

function main(runs: number): void {
  const percent = (share: number): string => `${(100 * share).toFixed(2)} %`
  for (const n of [500, 5_000, 50_000]) {
    const { anyWarn, anyFail } = simulateRuns(createSimulation(20_130_704), runs, n)
    console.log(
      `no drift, n = ${n}: any warn ${percent(anyWarn)} (at most 2 %), any fail ${percent(anyFail)} (at most 0.5 %)`,
    )
  }
  const { caught } = simulateRuns(createSimulation(20_130_705), runs, 5_000, 0.3)
  console.log(`0.3 sd in one column, n = 5000: caught in ${percent(caught)} (at least 95 %)`)
}

if (require.main === module) main(Number(process.argv[2] ?? 1_000))
