import type { Pool } from 'pg'
import type { ReportComparison } from '../../../schemas/report'
import type { RunRecord } from '../../runs/run-store'
import { worstSegments } from '../comparison/worst-segments'
import { loadComparison, loadFigures } from './comparisons'

const segmentsAtMost = 10

/** What a report tells of a run against its shadow; null where it has none, or is not compared. */
export async function loadReportComparison(
  db: Pool,
  { runId, shadow }: Pick<RunRecord, 'runId' | 'shadow'>,
): Promise<ReportComparison | null> {
  const found = shadow === null ? null : await loadComparison(db, runId)
  if (found === null) return null
  const figures = await loadFigures(db, runId)
  const { challenger, rowsBoth, rowsLabelled, numeric, numericReason, nonInferiority } = found
  return {
    ...{ challenger, rowsBoth, rowsLabelled, numeric, numericReason, nonInferiority },
    nonInferiorityReason: found.nonInferiorityReason,
    figures: figures.filter(
      ({ segment, metric }) => segment === null && metric !== 'worst_segment_difference',
    ),
    segments: worstSegments(figures, segmentsAtMost),
  }
}
