import type { ReportAccuracy } from '../../../schemas/report'
import type { BinaryTables, ClassLine, MulticlassTables } from '../accuracy/accuracy-tables'

/** What nightscore.evaluation.tables holds, as the report shows it. */
export interface ReportTables extends Pick<ReportAccuracy, 'calibration' | 'confusion'> {
  /** Of multiclass: each class against the others. */
  readonly classes: readonly ClassLine[]
}

/** Tables of accuracy in the report's form; empty ones for a regression, and without labels. */
export function reportTables(tables: BinaryTables | MulticlassTables | null): ReportTables {
  if (tables === null) return { calibration: [], confusion: null, classes: [] }
  const calibration = tables.calibration.map(({ meanScore, positiveShare, rows, interval }) => ({
    meanScore,
    positiveShare,
    ciLo: interval?.low ?? null,
    ciHi: interval?.high ?? null,
    rows,
  }))
  if ('classes' in tables)
    return {
      calibration,
      confusion: { labels: tables.classes.map((line) => line.class), rows: tables.confusion },
      classes: tables.classes,
    }
  const { tn, fp, fn, tp } = tables.confusion
  return {
    calibration,
    confusion: {
      labels: ['false', 'true'],
      rows: [
        [tn, fp],
        [fn, tp],
      ],
    },
    classes: [],
  }
}
