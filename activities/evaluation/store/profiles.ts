import type { PoolClient } from 'pg'
import { jsonText } from '../../data/postgres/json-text'
import { parseProfileKey } from '../profiles/profile-key'
import type { ReferenceProfile } from '../profiles/reference-profile'
import { segmentsCodec } from '../profiles/segments-codec'
import { shardCodec } from '../profiles/shard-codec'
import { isBroken, type Profile } from '../profiles/shard-profile'
import { unseenValues } from '../profiles/unseen-values'
import { extractMoments } from '../stats/moments'

const unseenAtMost = 10

/** Stores a run's merged profile, whole for later references and by column for people, in the caller's transaction. */
export async function writeProfile(
  client: PoolClient,
  runId: string,
  { all, segments }: { readonly all: Profile; readonly segments: ReadonlyMap<string, Profile> },
  reference: ReferenceProfile | null,
): Promise<void> {
  const bytesOf = (profile: Profile): Uint8Array => shardCodec.encode({ ...profile, shardNo: 0 })
  const ofSegments = [...segments].map(([name, profile]) => [name, bytesOf(profile)] as const)
  await client.query(
    `INSERT INTO nightscore.run_profile (run_id, rows, profile, segments) VALUES ($1, $2, $3, $4)
     ON CONFLICT (run_id) DO UPDATE SET rows = $2, profile = $3, segments = $4`,
    [runId, all.rows, bytesOf(all), segmentsCodec.encode(new Map(ofSegments))],
  )
  await client.query('DELETE FROM nightscore.column_profile WHERE run_id = $1', [runId])
  await client.query(
    `INSERT INTO nightscore.column_profile (run_id, scope, column_name, rows, missing, not_a_number, infinite, out_of_range,
       mean, sd, min, max, counts, unseen)
     SELECT $1, c.* FROM jsonb_to_recordset($2::jsonb) AS c(scope text, "column" text, rows bigint, missing bigint, nan bigint,
       infinite bigint, "outOfRange" bigint, mean float8, sd float8, min float8, max float8, counts jsonb, unseen jsonb)`,
    [runId, jsonText(reference === null ? [] : columnRows(all, reference))],
  )
}

function columnRows(all: Profile, reference: ReferenceProfile): object[] {
  return [...all.columns].flatMap(([key, counts]) => {
    const before = reference.columns.get(key)
    if (isBroken(counts) || before === undefined) return []
    const { mean, sd, min, max } = extractMoments(counts.moments)
    const unseen = unseenValues(all.sample, key, before.bins, unseenAtMost)
    return [
      {
        ...parseProfileKey(key),
        rows: all.rows,
        missing: counts.missing,
        nan: counts.nan,
        infinite: counts.plusInfinity + counts.minusInfinity,
        outOfRange: counts.outOfRange,
        ...{ mean, sd, min, max },
        counts: [...counts.bins],
        unseen: Object.fromEntries(unseen),
      },
    ]
  })
}
