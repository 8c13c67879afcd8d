import type { RunSink } from '../data/sinks/sink'
import { allRows } from '../evaluation/columns/profile-pass'
import { mergeProfiles } from '../evaluation/profiles/merge-profiles'
import { segmentsCodec } from '../evaluation/profiles/segments-codec'
import { shardCodec } from '../evaluation/profiles/shard-codec'
import type { Profile, ShardProfile } from '../evaluation/profiles/shard-profile'

/** What a run's rows look like: all of them, and by segment in order of the segments' names. */
export interface MergedProfiles {
  readonly all: Profile
  readonly segments: ReadonlyMap<string, Profile>
}

/**
 * So many bytes of profiles are merged with what was merged before: each time all of its sample is sorted again, so that small
 * shards must not come a few at a time. Those of large shards are some 5 MB each.
 */
const usualMergedBytes = 16 << 20

/**
 * The profiles of a run's shards merged in shard order, some megabytes of them at a time: bit-identical however its shards ran.
 * @param rows of the run, after `where`
 * @param mergedBytes merged at a time; fewer give the same
 * @returns null where the profiles are not of all rows: some shards were scored by a version that made none
 */
export async function mergedProfiles(
  sink: Pick<RunSink, 'committedProfiles'>,
  rows: number,
  mergedBytes = usualMergedBytes,
): Promise<MergedProfiles | null> {
  const merged = new Map<string, Profile>()
  const waiting = new Map<string, ShardProfile[]>()
  let waitingBytes = 0
  const mergeWaiting = (): void => {
    for (const [name, part] of waiting) {
      const before = merged.get(name)
      merged.set(name, mergeProfiles(before ? [{ ...before, shardNo: -1 }, ...part] : part))
    }
    waiting.clear()
    waitingBytes = 0
  }
  for await (const shards of sink.committedProfiles()) {
    for (const bytes of shards) {
      waitingBytes += bytes.byteLength
      for (const [name, encoded] of segmentsCodec.decode(bytes)) {
        const part = waiting.get(name) ?? []
        waiting.set(name, part)
        part.push(shardCodec.decode(encoded))
      }
    }
    if (waitingBytes >= mergedBytes) mergeWaiting()
  }
  mergeWaiting()
  const all = merged.get(allRows)
  if (all?.rows !== rows) return null
  merged.delete(allRows)
  return { all, segments: new Map([...merged].sort(([a], [b]) => (a < b ? -1 : 1))) }
}
