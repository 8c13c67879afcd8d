/** A test that several numbers of a column may rest on; counted once where q values are made. */
export interface ColumnTest {
  readonly statistic: number
  readonly pValue: number
}

/** A number before it is judged: what metric_value shows, and what the rule weighs. */
export interface MetricDraft {
  readonly metric: string
  readonly value: number | null
  /** What an absolute threshold is compared with; a distance is its own effect, a rate's is its difference to the reference. */
  readonly effect: number | null
  readonly statistic: number | null
  readonly pValue: number | null
  readonly ciLo: number | null
  readonly ciHi: number | null
  /** Rows that the number is of, 0 where there are none. */
  readonly nReference: number
  readonly nCurrent: number
  /** Why there is no value, or that it is sampled. */
  readonly note: string | null
  /** The column's own: its q value is what the verdict rests on. null: none could be made. */
  readonly test: ColumnTest | null
}

type Given = Pick<MetricDraft, 'metric' | 'value' | 'nReference' | 'nCurrent'> & Partial<MetricDraft>

/** A draft with what is not given: null, and the value as its effect. */
export function metricDraft(given: Given): MetricDraft {
  return {
    effect: given.value,
    statistic: null,
    pValue: null,
    ciLo: null,
    ciHi: null,
    note: null,
    test: null,
    ...given,
  }
}
