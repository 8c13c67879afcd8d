const lowerIsWorse = [
  'accuracy',
  'precision',
  'recall',
  'specificity',
  'f1',
  'mcc',
  'cohen_kappa',
  'roc_auc',
  'average_precision',
  'r2',
  'top_k_accuracy',
  'rows_per_second',
]

/**
 * On which side a number is bad: `apart` where both are (a ratio that should be 1, a bias that should be 0).
 * Names with a part, such as recall_macro or f1_weighted, follow their first.
 */
export function worseWhen(metric: string): 'higher' | 'lower' | 'apart' {
  if (metric === 'row_count_ratio' || metric === 'bias') return 'apart'
  return lowerIsWorse.some((name) => metric === name || metric.startsWith(`${name}_`)) ? 'lower' : 'higher'
}
