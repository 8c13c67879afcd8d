import { Float32, Int64, Utf8, type RecordBatch } from 'apache-arrow'
import {
  allRows,
  ProfilePass,
  type ProfileTask,
} from '../../../../activities/evaluation/columns/profile-pass'
import type { ProfileColumn } from '../../../../activities/evaluation/profiles/profile-column'
import { referenceCodec } from '../../../../activities/evaluation/profiles/reference-codec'
import { referenceProfile } from '../../../../activities/evaluation/profiles/reference-profile'
import { segmentsCodec } from '../../../../activities/evaluation/profiles/segments-codec'
import { shardCodec } from '../../../../activities/evaluation/profiles/shard-codec'
import { isBroken, type ShardProfile } from '../../../../activities/evaluation/profiles/shard-profile'
import { column, manifestOf, scannedBatch } from '../../features/scanned-batch'

const manifest = manifestOf([{ name: 'temp', type: 'number' }])
const columns = {
  manifest,
  keys: [{ name: 'id', type: 'bigint' as const }],
  predictions: [{ name: 'score', type: 'real' as const }],
}
const shared = (bytes: Uint8Array): SharedArrayBuffer => {
  const buffer = new SharedArrayBuffer(bytes.byteLength)
  new Uint8Array(buffer).set(bytes)
  return buffer
}
const reference = referenceCodec.encode(
  referenceProfile(
    new Map<string, ProfileColumn>([
      ['feature/temp', { values: Float64Array.from({ length: 100 }, (_, i) => i) }],
      ['prediction/score', { values: Float64Array.from({ length: 100 }, (_, i) => i / 100) }],
    ]),
  ),
)
let references = 0
/** The segment UA is known to the reference; each task has a reference of its own, as threads keep them by id. */
const task = (change: Partial<ProfileTask> = {}): ProfileTask => ({
  referenceId: `r${++references}`,
  reference: shared(reference),
  segments: shared(segmentsCodec.encode(new Map([['carrier=UA', reference]]))),
  segmentColumns: [{ name: 'carrier', scanColumn: 'carry.0' }],
  batch: 'night',
  batchRows: 10,
  ...change,
})

/** Rows from `first` on: temp is the row, UA and AA alternate, every fifth row has no carrier and every third is not scored. */
function batch(first: number, count: number): { scanned: RecordBatch; rows: Int32Array; scores: number[] } {
  const ids = Array.from({ length: count }, (_, i) => first + i)
  const scanned = scannedBatch({
    'key.0': column(
      new Int64(),
      ids.map((id) => BigInt(id)),
    ),
    'feature.0': column(new Float32(), ids),
    'carry.0': column(
      new Utf8(),
      ids.map((id) => (id % 5 === 0 ? null : id % 2 === 0 ? 'UA' : 'AA')),
    ),
  })
  const rows = ids.flatMap((id, i) => (id % 3 === 0 ? [] : [i]))
  return { scanned, rows: Int32Array.from(rows), scores: rows.map((i) => ids[i]! / 100) }
}

function profiles(of: ProfileTask, cuts: readonly number[]): Map<string, ShardProfile> {
  const pass = new ProfilePass(of, 3, columns)
  let first = 0
  for (const count of cuts) {
    const { scanned, rows, scores } = batch(first, count)
    pass.add(scanned, { rows, predictions: [column(new Float32(), scores)] })
    first += count
  }
  return new Map(
    [...segmentsCodec.decode(pass.bytes())].map(([name, bytes]) => [name, shardCodec.decode(bytes)]),
  )
}

const missingOf = (profile: ShardProfile | undefined, key: string): number => {
  const counts = profile?.columns.get(key)
  if (counts === undefined || isBroken(counts)) throw new Error(`no counts of ${key}`)
  return counts.missing
}

test('all rows and each segment have a profile, by name; rows without a value are in no segment', () => {
  const found = profiles(task(), [10])
  expect([...found].map(([name, { rows, shardNo }]) => [name, rows, shardNo])).toEqual([
    [allRows, 10, 3],
    ['carrier=AA', 4, 3],
    ['carrier=UA', 4, 3],
  ])
})

test('rows that were not scored are there, without a prediction', () => {
  const all = profiles(task(), [10]).get(allRows)
  expect([missingOf(all, 'feature/temp'), missingOf(all, 'prediction/score')]).toEqual([0, 4])
})

test('a segment has the rows of its own, counted on its own reference', () => {
  const found = profiles(task(), [10])
  const counts = found.get('carrier=UA')!.columns.get('feature/temp')!
  if (isBroken(counts)) throw new Error(counts.error)
  const { n, min, max, mean } = counts.moments // 2, 4, 6, 8
  expect({ n, min, max, mean }).toEqual({ n: 4, min: 2, max: 8, mean: 5 })
  const sampled = found.get('carrier=UA')!.sample.columns.get('feature/temp')
  expect([...(sampled as { values: Float64Array }).values].sort()).toEqual([2, 4, 6, 8])
})

test('a segment that the reference lacks is sampled and not counted', () => {
  const unknown = profiles(task(), [10]).get('carrier=AA')
  expect(unknown?.columns.size).toBe(0)
  expect(unknown?.sample.hashes).toHaveLength(4)
})

test('without a reference all is sampled and nothing counted', () => {
  const found = profiles(task({ referenceId: null, reference: null, segments: null }), [10])
  expect([...found.values()].map(({ columns: counted }) => counted.size)).toEqual([0, 0, 0])
  expect(found.get(allRows)?.sample.hashes).toHaveLength(10)
})

test('the same rows in other batches give the same bytes', () => {
  const whole = profiles(task(), [10])
  expect(profiles(task(), [3, 1, 6])).toEqual(whole)
})

test('a row is sampled by its key and the batch, not by where it lies', () => {
  const hashes = (change: Partial<ProfileTask>) => profiles(task(change), [10]).get(allRows)?.sample.hashes
  expect(hashes({})).toEqual(hashes({}))
  expect(hashes({ batch: 'another' })).not.toEqual(hashes({}))
})

test('only the share of a large batch that its sample needs is kept', () => {
  const kept = profiles(task({ batchRows: 600_000 }), [1_000]).get(allRows)?.sample.hashes.length
  expect(kept).toBeGreaterThan(50) // about a tenth of the shard’s rows
  expect(kept).toBeLessThan(150)
})
