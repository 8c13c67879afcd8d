import type { Pool } from 'pg'
import { loadJob } from '../../runs/job-store'
import type { RunRecord } from '../../runs/run-store'
import { labelReference } from '../labels/label-reference'
import type { ColumnCounts } from '../profiles/column-counts'
import { profileKey } from '../profiles/profile-key'
import { isBroken } from '../profiles/shard-profile'
import { shardCodec } from '../profiles/shard-codec'
import type { CurrentSide, ReferenceSide } from '../reports/report-columns'
import { extractMoments } from '../stats/moments'

/** A run's labels beside those that they are compared with. */
export interface LabelSides {
  readonly reference: ReferenceSide
  readonly current: CurrentSide
}

/**
 * The labels of an evaluation on the bins of its reference, for the report's histogram.
 * @param labelProfile as `shardCodec` wrote it
 * @returns null where the labels had no reference, or where that has other bins by now: batches before it were evaluated again
 */
export async function labelSides(
  db: Pool,
  run: RunRecord,
  labelProfile: Uint8Array,
): Promise<LabelSides | null> {
  const job = await loadJob(db, run.job, run.jobRevision)
  const column = job.labels?.column ?? 'label'
  const labelKey = profileKey('label', column)
  const found = await labelReference(db, { ...run, job, labelKey })
  const before = found?.profile.columns.get(labelKey)
  const { columns, rows } = shardCodec.decode(labelProfile)
  const now = columns.get(labelKey)
  if (!found || !before || !now || isBroken(now) || now.bins.length !== before.counts.bins.length) return null
  const { bins } = before
  const named = { scope: 'label', column } as const
  return {
    reference: {
      ...named,
      kind: bins.kind,
      bins: bins.kind === 'numeric' ? [...bins.edges] : bins.levels.levels,
      ...countsOf(before.counts),
      rows: found.profile.rows,
    },
    current: { ...named, ...countsOf(now), rows, unseen: {} },
  }
}

function countsOf({ bins, missing, moments }: ColumnCounts) {
  const { mean, sd, min, max } = extractMoments(moments)
  return { counts: [...bins], missing, mean, sd, min, max }
}
