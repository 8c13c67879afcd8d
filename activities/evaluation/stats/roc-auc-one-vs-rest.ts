import { rocAuc } from './roc-auc'
import { scoreCounts, type ScoreCounts } from './score-counts'

export interface RocAucOneVsRest {
  /** null for a class that no row or every row has. */
  readonly perClass: readonly (number | null)[]
  /** Plain mean over the classes; null as soon as one of them is. */
  readonly macro: number | null
  /** Mean weighted by the rows of each class; classes without rows have no say. */
  readonly weighted: number | null
}

/**
 * The AUC of each class against all others, and its means. Takes the counts of each class (`scoreCounts.ofClass`); a
 * caller short of memory may make them one after the other and use `rocAuc` itself.
 *
 * Equals `sklearn.metrics.roc_auc_score(multi_class='ovr', labels=...)` with average None, 'macro' and 'weighted', its NaN
 * being null: macro when a class does not occur, both when there is one class only. null without rows.
 */
export function rocAucOneVsRest(counts: readonly ScoreCounts[]): RocAucOneVsRest {
  const rows = counts.map((one) => scoreCounts.totals(one).positives)
  const perClass = counts.map(rocAuc)
  const total = rows.reduce((sum, n) => sum + n, 0)
  let [macro, weighted]: [number | null, number | null] = [0, total > 0 ? 0 : null]
  perClass.forEach((auc, c) => {
    macro = macro === null || auc === null ? null : macro + auc / perClass.length
    if (rows[c]! > 0)
      weighted = weighted === null || auc === null ? null : weighted + (auc * rows[c]!) / total
  })
  return { perClass, macro: perClass.length > 0 ? macro : null, weighted }
}
