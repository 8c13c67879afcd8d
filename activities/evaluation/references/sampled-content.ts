import type { Pool } from 'pg'
import type { ModelManifest } from '../../../schemas/model-manifest'
import { takeColumn } from '../columns/take-column'
import { referenceProfile, type ReferenceProfile } from '../profiles/reference-profile'
import type { RowSample } from '../profiles/row-sample'
import { sampleColumns } from '../profiles/sample-columns'
import { sampleRowsOf } from '../profiles/sample-rows-of'
import { segmentsCodec } from '../profiles/segments-codec'
import { shardCodec } from '../profiles/shard-codec'
import { categoricalLevels } from '../stats/categorical-levels'
import { featureRanges } from './feature-ranges'
import { segmentRowsAtLeast, segmentSampleRows, type ReferenceContent } from './reference-content'
import { SampleMerger } from './sample-merger'
import type { SampledRun } from './sampled-runs'

/**
 * The content of a reference made of the samples of past runs: edges, counts and n are those of the rows (50,000 as a rule: sampleRowsOf) with the
 * smallest hashes of all of them. A segment has the rows of that sample that are its own, so that small nights weigh no more than large ones.
 * Samples are read and merged one after the other: memory does not grow with their number.
 * @param runs newest first, at least one
 * @param segments names of segment columns
 */
export async function sampledContent(
  pool: Pool,
  runs: readonly SampledRun[],
  segments: readonly string[],
  manifest: Pick<ModelManifest, 'features'>,
): Promise<ReferenceContent> {
  const ranges = featureRanges(manifest)
  const { all, k } = await mergeAll(pool, runs)
  const ofSegments = segments.length === 0 ? [] : await mergeSegments(pool, runs, segments, { all, k })
  const profiles = new Map<string, ReferenceProfile>()
  for (const [name, sample] of ofSegments)
    profiles.set(
      name,
      sample.hashes.length < segmentRowsAtLeast
        ? { rows: sample.hashes.length, sampled: true, columns: new Map() }
        : toProfile(sample, segmentSampleRows),
    )
  return { all: toProfile(all, k), segments: profiles, labelled: null }

  function toProfile(sample: RowSample, rowsAtMost: number): ReferenceProfile {
    const { hashes } = sample
    return referenceProfile(sampleColumns(sample), { ranges, hashes, sampleRows: rowsAtMost, sampled: true })
  }
}

/** k: the rows that the newest run's sample may have. */
async function mergeAll(pool: Pool, runs: readonly SampledRun[]): Promise<{ all: RowSample; k: number }> {
  let [merger, k]: [SampleMerger | null, number] = [null, 0]
  for (const { runId } of runs) {
    const { sample } = shardCodec.decode(await loadBytes(pool, runId, 'profile'))
    if (merger === null) merger = new SampleMerger((k = sampleRowsOf(sample.columns.size)))
    merger.add(sample)
  }
  return { all: merger!.extract(), k }
}

/** By segment, of each column the 50 with the most rows. */
async function mergeSegments(
  pool: Pool,
  runs: readonly SampledRun[],
  columns: readonly string[],
  { all, k }: { readonly all: RowSample; readonly k: number },
): Promise<Map<string, RowSample>> {
  // rows beyond the last one of a full sample are not in it
  const last = all.hashes.length < k ? undefined : all.hashes.at(-1)
  const mergers = new Map(columns.map((column) => [`${column}=`, new Map<string, SampleMerger>()]))
  for (const { runId } of runs)
    for (const [name, bytes] of segmentsCodec.decode(await loadBytes(pool, runId, 'segments')))
      for (const [prefix, ofColumn] of mergers) {
        if (!name.startsWith(prefix)) continue
        const merger = ofColumn.get(name) ?? new SampleMerger(k)
        ofColumn.set(name, merger)
        merger.add(upTo(shardCodec.decode(bytes).sample, last))
      }
  return new Map([...mergers.values()].flatMap((ofColumn) => largest(ofColumn)))
}

function largest(mergers: ReadonlyMap<string, SampleMerger>): [string, RowSample][] {
  const samples = new Map([...mergers].map(([name, merger]) => [name, merger.extract()]))
  const rows = new Map([...samples].map(([name, { hashes }]) => [name, hashes.length]))
  return categoricalLevels(rows).levels.map((name) => [name, samples.get(name)!])
}

function upTo(sample: RowSample, last: bigint | undefined): RowSample {
  const end = last === undefined ? -1 : sample.hashes.findIndex((hash) => hash > last)
  if (end < 0) return sample
  const rows = Int32Array.from({ length: end }, (_, row) => row)
  const columns = new Map([...sample.columns].map(([name, column]) => [name, takeColumn(column, rows)]))
  return { hashes: sample.hashes.slice(0, end), columns }
}

async function loadBytes(pool: Pool, runId: string, column: 'profile' | 'segments'): Promise<Buffer> {
  const { rows } = await pool.query<{ bytes: Buffer }>(
    `SELECT ${column} AS bytes FROM nightscore.run_profile WHERE run_id = $1`,
    [runId],
  )
  const row = rows[0]
  if (row === undefined) throw new Error(`the profile of run ${runId} is gone`)
  return row.bytes
}
