/** ok: equivalent, or not inferior; fail; skipped: too little to tell. */
export type ComparisonVerdict = 'ok' | 'fail' | 'skipped'

/** One number of two models over the same rows: a row of nightscore.comparison_figure. Differences are challenger - champion. */
export interface ComparisonFigure {
  /** Such as max_abs_difference or roc_auc_difference; docs/metrics.md tells each. */
  readonly metric: string
  /** Of flips: from which label to which, as `false -> true`; null: all. */
  readonly direction: string | null
  /** column=value; null: all rows. */
  readonly segment: string | null
  /** The champion's own, such as its roc_auc; null where there is none. */
  readonly champion: number | null
  readonly challenger: number | null
  /** null: undefined for these rows; the reason says why. */
  readonly value: number | null
  readonly statistic: number | null
  readonly pValue: number | null
  /** 95 % interval. */
  readonly ciLo: number | null
  readonly ciHi: number | null
  readonly n: number
  /** none: it decides neither verdict. */
  readonly verdict: ComparisonVerdict | 'none'
  readonly reason: string | null
}

/** A row on which two models differ much. */
export interface Disagreement {
  readonly batch: string
  /** By column, as are the segments and what the models say. */
  readonly key: Readonly<Record<string, unknown>>
  readonly champion: Readonly<Record<string, unknown>>
  readonly challenger: Readonly<Record<string, unknown>>
  /** challenger - champion; null: not finite. */
  readonly difference: number | null
  readonly flipped: boolean
  readonly segments: Readonly<Record<string, unknown>>
}

/** What the comparison of two models came to, whatever the number of rows. */
export interface ComparisonOutcome {
  readonly rowsBoth: number
  readonly rowsLabelled: number
  readonly numeric: ComparisonVerdict
  readonly numericReason: string
  readonly nonInferiority: ComparisonVerdict
  readonly nonInferiorityReason: string
  readonly figures: readonly ComparisonFigure[]
  readonly disagreements: readonly Disagreement[]
}
