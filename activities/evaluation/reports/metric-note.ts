/** How a number comes about, in a few words for a report. */
export interface MetricNote {
  /** The formula, with its bins. */
  readonly formula: string
  /** Where its 95 % interval is from; null: it has none. */
  readonly interval: string | null
  readonly unit: 'number' | 'share'
}

const bins = 'over the bins'
const note = (formula: string, interval: string | null = null, unit: MetricNote['unit'] = 'number') => ({
  formula,
  interval,
  unit,
})
const rate = (formula: string): MetricNote => note(formula, 'Wilson', 'share')

const notes: Readonly<Record<string, MetricNote>> = {
  psi: note(`Σ (q − p) ln(q / p) ${bins}, shares clipped at 1e-4`),
  js_distance: note(`√ of the Jensen-Shannon divergence, base 2, ${bins}`),
  ks: note('max |F − G| of the sampled values; p value of Kolmogorov'),
  wasserstein: note('W₁ of the sampled values / max(sd of the reference, 0.001)'),
  triangular: note(`√ ½ Σ (p − q)² / (p + q) ${bins}`),
  cramers_v: note(`√ χ² / n ${bins}, no correction`),
  chi_square: note(`χ² of homogeneity ${bins}; cells with under 5 expected are pooled`),
  missing_rate: rate('rows without a value / all rows'),
  unseen_rate: rate('values that the reference lacks / rows with a value'),
  out_of_range_rate: rate('finite values outside the range / rows with a value'),
  nan_rate: rate('NaN / rows with a value'),
  infinite_rate: rate('infinities / rows with a value'),
  positive_rate: rate('labels that are true / labels'),
  is_constant: note('1: all values are the same'),
  drifted_share: note('share of columns with a distance over its limit, by importance', null, 'share'),
  row_count: note('rows after the job’s where'),
  row_count_ratio: note('rows / median rows of the last published batches'),
  schema_changes: note('source columns that came, went or changed their type'),
  source_age_hours: note('hours from the source’s last change to planning'),
  quarantined_share: rate('quarantined rows / rows after the job’s where'),
  duplicate_keys: note('rows whose key another row has too'),
  accuracy: rate('right decisions / labelled rows'),
  precision: rate('tp / (tp + fp)'),
  recall: rate('tp / (tp + fn)'),
  specificity: rate('tn / (tn + fp)'),
  f1: note('2 tp / (2 tp + fp + fn)', 'Wilson, of its Jaccard index'),
  mcc: note('Matthews’ correlation of labels and decisions', 'delta method'),
  cohen_kappa: note('agreement beyond chance', 'delta method'),
  roc_auc: note('P(score of a 1 > score of a 0), ties half; exact', 'DeLong'),
  average_precision: note('Σ (Rₖ − Rₖ₋₁) Pₖ over distinct scores', 'Poisson bootstrap, 200 replicates'),
  log_loss: note('−mean ln p(label), clipped at the float64 epsilon', 'normal, of the mean'),
  brier: note('mean (score − label)²', 'normal, of the mean'),
  ece: note('Σ |mean score − share of 1| n / N over 10 equal bins', 'Poisson bootstrap, 200 replicates'),
  mae: note('mean |label − prediction|', 'normal, of the mean'),
  rmse: note('√ mean (label − prediction)²', 'delta method'),
  bias: note('mean (prediction − label)', 'normal, of the mean'),
  r2: note('1 − Σ (label − prediction)² / Σ (label − mean)²', 'delta method'),
  median_ae: note('median |label − prediction|', 'Poisson bootstrap, 200 replicates'),
  mape: note('mean |label − prediction| / max(|label|, 2⁻⁵²)', 'normal, of the mean'),
  smape: note('mean 2 |error| / (|label| + |prediction|), 0 / 0 = 0', 'normal, of the mean'),
  pinball: note('mean pinball loss', 'normal, of the mean'),
  near_zero_count: note('labels that are nearly 0: mape says little there'),
  inference_ms_p50: note('half of the model’s runs took at most this, ms'),
  inference_ms_p99: note('99 % of the model’s runs took at most this, ms'),
  rows_per_second: note('rows read / time from the first shard to the last'),
}

/** Metrics that have a note, in the order of reports. */
export const knownMetrics: readonly string[] = Object.keys(notes)

const plain = note('')

/**
 * The note of a metric; of a variant (`precision_macro`, `roc_auc_ovr`) that of what it is a variant of, with the variant named.
 * A metric that is not known has an empty one.
 */
export function metricNote(metric: string): MetricNote {
  const own = notes[metric]
  if (own !== undefined) return own
  const top = /^top_(\d+)_accuracy$/.exec(metric)
  if (top) return rate(`labels among the ${top[1]!} likeliest classes / labelled rows`)
  const residual = /^residual_p(\d+)$/.exec(metric)
  if (residual) return note(`quantile ${Number(residual[1]) / 100} of prediction − label`)
  if (metric.endsWith('_rate')) return { ...plain, unit: 'share' }
  const base = Object.keys(notes)
    .filter((name) => metric.startsWith(`${name}_`))
    .sort((a, b) => b.length - a.length)[0]
  if (base === undefined || metric.endsWith('_difference')) return plain
  const variant = metric.slice(base.length + 1).replaceAll('_', ' ')
  return { ...notes[base]!, formula: `${notes[base]!.formula}; ${variant}` }
}
