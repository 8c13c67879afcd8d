import fs from 'node:fs'
import path from 'node:path'
import { evaluateDrift } from '../activities/evaluation/drift/evaluate-drift'
import { mergeProfiles } from '../activities/evaluation/profiles/merge-profiles'
import type { ProfileColumns } from '../activities/evaluation/profiles/profile-column'
import { referenceCodec } from '../activities/evaluation/profiles/reference-codec'
import {
  referenceProfile,
  type ReferenceColumn,
  type ReferenceProfile,
} from '../activities/evaluation/profiles/reference-profile'
import { rowHashes } from '../activities/evaluation/profiles/row-hashes'
import { shardProfile, type ShardProfile } from '../activities/evaluation/profiles/shard-profile'
import { binShares, type BinShares } from '../activities/evaluation/stats/bin-shares'
import {
  bottomKSample,
  createBottomKSample,
  extractBottomKSample,
} from '../activities/evaluation/stats/bottom-k-sample'
import { countBins, createBinCounts } from '../activities/evaluation/stats/count-bins'
import { jsDistance } from '../activities/evaluation/stats/js-distance'
import { extractMoments } from '../activities/evaluation/stats/moments'
import { hasValue } from '../activities/evaluation/stats/number-column'
import { psi } from '../activities/evaluation/stats/psi'
import { normalisedWasserstein, wasserstein } from '../activities/evaluation/stats/wasserstein'
import { numbers, readBatches, wholeColumns } from './drift-rows'
import { peakMemory } from './peak-memory'

/**
 * Our side of drift-peers.ts, one measurement a process, printed as JSON: `build`, `check`, `all`, `psi`, `jensenshannon` or
 * `wasserstein`, then the folder that has reference.parquet and current.parquet.
 */
export type Work = 'all' | 'psi' | 'jensenshannon' | 'wasserstein'

/** By column, for each metric that was asked for. */
export type Values = Readonly<Record<string, Readonly<Partial<Record<Exclude<Work, 'all'>, number>>>>>

interface Rows {
  readonly batches: readonly ProfileColumns[]
  readonly hashes: BigUint64Array
}

const shardRows = 200_000
const sampleRows = 50_000
/** On the first 24,000 rows, as on Evidently's side: neither a worker nor a notebook starts anew for each batch. */
const warmUps = 3

async function rowsOf(folder: string, name: string): Promise<Rows> {
  const batches = await readBatches(folder, path.join(folder, `${name}.parquet`))
  return { batches, hashes: rowHashes(batches.reduce((sum, batch) => sum + lengthOf(batch), 0)) }
}

function lengthOf(batch: ProfileColumns): number {
  const [first] = batch.values()
  return numbers(first).values.length
}

/** All that a run does for its report: shards profiled batch by batch, merged, every metric with its verdict. */
function everything(reference: ReferenceProfile, { batches, hashes }: Rows): Values {
  const profiler = (shardNo: number) =>
    shardProfile.create(reference, { shardNo, batchRows: hashes.length, sampleRows })
  const shards: ShardProfile[] = []
  let current = profiler(0)
  let at = 0
  for (const batch of batches) {
    const rows = lengthOf(batch)
    if (current.rows + rows > shardRows) {
      shards.push(shardProfile.extract(current))
      current = profiler(shards.length)
    }
    shardProfile.add(current, batch, hashes.subarray(at, at + rows))
    at += rows
  }
  shards.push(shardProfile.extract(current))
  const metrics = evaluateDrift({ all: reference }, { all: mergeProfiles(shards, sampleRows) })
  const valueOf = (column: string, metric: string): number =>
    metrics.find((one) => one.column === column && one.metric === metric)?.value ?? NaN
  return byColumn(reference, (name) => ({
    psi: valueOf(name, 'psi'),
    jensenshannon: valueOf(name, 'js_distance'),
    wasserstein: valueOf(name, 'wasserstein'),
  }))
}

/** One metric of the bins alone: rows counted on the frozen edges. */
function ofBins(
  work: 'psi' | 'jensenshannon',
  distance: (shares: BinShares) => number,
): (reference: ReferenceProfile, rows: Rows) => Values {
  return (reference, { batches }) =>
    byColumn(reference, (name, { bins, counts }) => {
      if (bins.kind !== 'numeric') throw new TypeError(`${name} is not numeric`)
      const found = createBinCounts(bins.edges)
      for (const batch of batches) countBins(found, numbers(batch.get(name)))
      const shares = binShares(counts.bins, found.bins)
      return { [work]: shares === null ? NaN : distance(shares) }
    })
}

/** Wasserstein alone: the rows of the smallest hashes, sorted, against the reference's. */
function ofSample(reference: ReferenceProfile, { batches, hashes }: Rows): Values {
  const rows = sampledRows(hashes)
  const room = new Float64Array(rows.length)
  return byColumn(reference, (name, { sample, counts }) => {
    const values = room.subarray(0, take(room, batches, name, rows)).sort()
    const distance = wasserstein(sample, values)
    return { wasserstein: normalisedWasserstein(distance ?? NaN, extractMoments(counts.moments).sd) }
  })
}

/** Copies a column's finite values of some rows, ascending row numbers. @returns how many */
function take(
  into: Float64Array,
  batches: readonly ProfileColumns[],
  name: string,
  rows: Float64Array,
): number {
  let [batch, start, filled] = [0, 0, 0]
  let { values, validity, bitOffset = 0 } = numbers(batches[0]?.get(name))
  for (const row of rows) {
    while (row - start >= values.length) {
      start += values.length
      ;({ values, validity, bitOffset = 0 } = numbers(batches[++batch]?.get(name)))
    }
    const value = values[row - start]!
    if (Number.isFinite(value) && (validity === undefined || hasValue(validity, bitOffset + row - start)))
      into[filled++] = value
  }
  return filled
}

/** Row numbers, ascending. */
function sampledRows(hashes: BigUint64Array): Float64Array {
  const sample = createBottomKSample(sampleRows, Math.min(1, (1.2 * sampleRows) / hashes.length))
  for (let start = 0; start < hashes.length; start += shardRows) {
    const some = hashes.subarray(start, start + shardRows)
    bottomKSample(
      sample,
      some,
      Float64Array.from({ length: some.length }, (_, row) => start + row),
    )
  }
  return extractBottomKSample(sample).payloads.sort()
}

function byColumn(
  { columns }: ReferenceProfile,
  of: (name: string, column: ReferenceColumn) => Values[string],
): Values {
  return Object.fromEntries([...columns].map(([name, column]) => [name, of(name, column)]))
}

const works: Readonly<Record<Work, (reference: ReferenceProfile, rows: Rows) => Values>> = {
  all: everything,
  psi: ofBins('psi', psi),
  jensenshannon: ofBins('jensenshannon', jsDistance),
  wasserstein: ofSample,
}

async function build(folder: string): Promise<object> {
  const { batches } = await rowsOf(folder, 'reference')
  const columns = wholeColumns(batches)
  const started = performance.now()
  const reference = referenceProfile(columns, { sampleRows })
  const seconds = (performance.now() - started) / 1_000
  const bytes = referenceCodec.encode(reference)
  fs.writeFileSync(path.join(folder, 'reference.profile'), bytes)
  return { seconds, bytes: bytes.length }
}

async function measure(folder: string, work: Work): Promise<object> {
  const reference = referenceCodec.decode(fs.readFileSync(path.join(folder, 'reference.profile')))
  const rows = await rowsOf(folder, 'current')
  const few = rows.batches.slice(0, 3)
  const hashes = rows.hashes.subarray(0, 3 * lengthOf(few[0]!))
  peakMemory.forgetPeak()
  const beforeKb = peakMemory.now()
  for (let i = 0; i < warmUps; i += 1) works[work](reference, { batches: few, hashes })
  const [started, cpuBefore] = [performance.now(), process.cpuUsage()]
  const values = works[work](reference, rows)
  const seconds = (performance.now() - started) / 1_000
  const { user, system } = process.cpuUsage(cpuBefore)
  return { seconds, cpuSeconds: (user + system) / 1e6, beforeKb, peakKb: peakMemory.peak(), values }
}

/** Edges and sampled rows for numpy, and what we make of them. */
async function check(folder: string): Promise<object> {
  const reference = referenceCodec.decode(fs.readFileSync(path.join(folder, 'reference.profile')))
  const rows = await rowsOf(folder, 'current')
  const edges = Object.fromEntries(
    [...reference.columns].map(([name, { bins }]) => [name, bins.kind === 'numeric' ? [...bins.edges] : []]),
  )
  const sampled = [...sampledRows(rows.hashes)]
  const ofReference = [...sampledRows(rowHashes(reference.rows))]
  fs.writeFileSync(path.join(folder, 'check.json'), JSON.stringify({ edges, rows: [ofReference, sampled] }))
  return { values: everything(reference, rows) }
}

async function main([work, folder]: readonly string[]): Promise<void> {
  if (folder === undefined) throw new RangeError('usage: drift-ours.js WORK FOLDER')
  const found =
    work === 'build' ? build(folder) : work === 'check' ? check(folder) : measure(folder, work as Work)
  console.log(JSON.stringify(await found))
}

if (require.main === module) void main(process.argv.slice(2))
