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
 * The profiles of a run's shards merged in shard order, a few shards in memory at a time: bit-identical however its shards ran.
 * @param rows of the run, after `where`
 * @returns null where the profiles are not of all rows: some shards were scored by a version that made none
 */
export async function mergedProfiles(
  sink: Pick<RunSink, 'committedProfiles'>,
  rows: number,
): Promise<MergedProfiles | null> {
  const merged = new Map<string, Profile>()
  for await (const shards of sink.committedProfiles()) {
    const parts = new Map<string, ShardProfile[]>()
    for (const bytes of shards)
      for (const [name, encoded] of segmentsCodec.decode(bytes)) {
        const part = parts.get(name) ?? []
        parts.set(name, part)
        part.push(shardCodec.decode(encoded))
      }
    for (const [name, part] of parts) {
      const before = merged.get(name)
      merged.set(name, mergeProfiles(before ? [{ ...before, shardNo: -1 }, ...part] : part))
    }
  }
  const all = merged.get(allRows)
  if (all?.rows !== rows) return null
  merged.delete(allRows)
  return { all, segments: new Map([...merged].sort(([a], [b]) => (a < b ? -1 : 1))) }
}
