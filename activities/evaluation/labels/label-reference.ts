import type { Pool } from 'pg'
import type { JobFile } from '../../../schemas/job-file'
import { loadReference } from '../references/load-reference'
import { mergeProfiles } from '../profiles/merge-profiles'
import { isTextColumn } from '../profiles/profile-column'
import { profileKey } from '../profiles/profile-key'
import { referenceProfile, type ReferenceProfile } from '../profiles/reference-profile'
import type { RowSample } from '../profiles/row-sample'
import { shardCodec } from '../profiles/shard-codec'

/** With fewer former batches the model package's reference says better what is usual. */
const formerBatchesAtLeast = 14
const defaultBatches = 28
/** Limits rest on so many former values at most. */
export const historyBatches = 28

export interface LabelReferenceOf {
  readonly job: Pick<JobFile, 'name' | 'monitor'>
  readonly batch: string
  readonly model: string
  readonly modelVersion: number
  /** The run's own reference. */
  readonly referenceId: string | null
  /** profileKey of the label. */
  readonly labelKey: string
}

/** A reference of labels, with the one column `labelKey`. */
export interface LabelReference {
  readonly profile: ReferenceProfile
  /**
   * So many of the job's former batches, the last ones, were compared with a reference of this kind: their distances are of the
   * same scale.
   */
  readonly comparable: number
}

/**
 * What a batch's labels are compared with: the labels of the job's last published batches (or of those in the range that
 * monitor.reference names), as they were known when those were evaluated last; while they are under 14, or where the job wants
 * the model's, the labels of the run's reference, then of the model package's.
 * @returns null where there is none yet
 */
export async function labelReference(pool: Pool, of: LabelReferenceOf): Promise<LabelReference | null> {
  const { reference } = of.job.monitor
  const ofFile = reference === 'model' || 'parquet' in reference
  const former = ofFile ? null : await ofFormerBatches(pool, of)
  if (former !== null) return former
  const profile = await ofReferences(pool, of)
  return profile && { profile, comparable: historyBatches }
}

async function ofFormerBatches(
  pool: Pool,
  { job, batch, labelKey }: LabelReferenceOf,
): Promise<LabelReference | null> {
  const { reference } = job.monitor
  const range = typeof reference === 'object' && 'batches' in reference ? reference.batches : null
  const limit =
    typeof reference === 'object' && 'trailing' in reference
      ? reference.trailing
      : range
        ? 400
        : defaultBatches
  const { rows } = await pool.query<{ profile: Buffer; evaluated: number }>(
    `SELECT label_profile AS profile, count(*) OVER ()::int AS evaluated FROM (
       SELECT DISTINCT ON (r.batch) r.batch, e.label_profile, e.labelled
       FROM nightscore.run r JOIN nightscore.evaluation e USING (run_id)
       WHERE r.job = $1 AND r.state = 'published' AND r.batch < $2 AND ($4::text IS NULL OR r.batch BETWEEN $4 AND $5)
       ORDER BY r.batch, e.version DESC) AS latest
     WHERE labelled > 0 ORDER BY batch DESC LIMIT $3`,
    [job.name, batch, limit, range?.[0] ?? null, range?.[1] ?? null],
  )
  const profiles = rows
    .map(({ profile }) => shardCodec.decode(profile))
    .filter(({ sample }) => sample.columns.has(labelKey))
    .filter(({ sample }, _, [newest]) => kindOf(sample, labelKey) === kindOf(newest!.sample, labelKey))
    .map((profile, shardNo) => ({ ...profile, columns: new Map(), shardNo }))
  const least = range ? 1 : formerBatchesAtLeast
  if (profiles.length < least) return null
  const { sample, rows: labelled } = mergeProfiles(profiles)
  const profile = referenceProfile(sample.columns, {
    hashes: sample.hashes,
    sampled: sample.hashes.length < labelled,
  })
  // the first ones had no former batches to be compared with
  return { profile, comparable: Math.min(historyBatches, rows[0]!.evaluated - least) }
}

/** Whether labels were texts or numbers: a job may have changed its model's task. */
function kindOf({ columns }: RowSample, labelKey: string): string {
  const column = columns.get(labelKey)
  return column === undefined ? 'none' : isTextColumn(column) ? 'text' : 'number'
}

async function ofReferences(
  pool: Pool,
  { model, modelVersion, referenceId, labelKey }: LabelReferenceOf,
): Promise<ReferenceProfile | null> {
  const { rows } = await pool.query<{ id: string }>(
    `SELECT reference_id AS id FROM nightscore.reference_profile
     WHERE reference_id = $1 OR (kind = 'model' AND model = $2 AND model_version = $3)
     ORDER BY (reference_id = $1) DESC NULLS LAST, created_at DESC`,
    [referenceId, model, modelVersion],
  )
  for (const { id } of rows) {
    const { all } = await loadReference(pool, id)
    const column = all.columns.get(profileKey('label', 'label'))
    if (column) return { ...all, columns: new Map([[labelKey, column]]) }
  }
  return null
}
