import { z } from 'zod'
import { batchKeySchema } from './batch-key'

/** name@version, name@alias, or either without the name: then of the job's own model. */
const comparedModel = z
  .string()
  .regex(
    /^([a-z0-9][a-z0-9._-]*)?@([1-9][0-9]*|[a-z][a-z0-9_-]*)$/,
    '@version or @alias of the job’s model, such as @2, or name@version',
  )

/** Input of the compareModels workflow, as typed into the Temporal UI's start form. */
export const compareModelsInputSchema = z.strictObject({
  job: z.string().min(1),
  champion: comparedModel.optional().describe('Default: the job’s model'),
  challenger: comparedModel.optional().describe('Default: the job’s shadow, else @challenger'),
  from: batchKeySchema.optional().describe('The first batch; default: the last 7 published batches'),
  to: batchKeySchema.optional().describe('The last one, included; default: the first'),
  inFlight: z.number().int().min(1).max(20).default(2).describe('Batches at a time'),
})
export type CompareModelsInput = z.input<typeof compareModelsInputSchema>

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

/** Both verdicts of a comparison, and the rows that they rest on. */
export interface ComparisonVerdicts {
  readonly rowsBoth: number
  readonly rowsLabelled: number
  /** Both models say the same, within rtol and atol. */
  readonly numeric: ComparisonVerdict
  readonly numericReason: string
  /** The challenger is not worse by more than the margin; skipped without labels. */
  readonly nonInferiority: ComparisonVerdict
  readonly nonInferiorityReason: string
}

/** What the comparison of two models came to, whatever the number of rows. */
export interface ComparisonOutcome extends ComparisonVerdicts {
  readonly figures: readonly ComparisonFigure[]
  readonly disagreements: readonly Disagreement[]
}

/** What a comparison says in short: what compareModels returns. */
export interface ComparisonSummary extends ComparisonVerdicts {
  readonly comparisonId: string
  readonly job: string
  /** name@version */
  readonly champion: string
  readonly challenger: string
  readonly from: string
  readonly to: string
  readonly batches: number
  /** The main figures over all rows, by name. */
  readonly metrics: Readonly<Record<string, number | null>>
}

/** How far compareModels is: the answer of its query `progress`. */
export interface ComparisonProgress {
  readonly job: string
  readonly champion: string
  readonly challenger: string
  readonly batches: number
  readonly scored: number
  readonly underWay: readonly string[]
  /** Batches whose trial run a gate or a quality rule ended after it was scored: they are compared all the same. */
  readonly refused: readonly string[]
  readonly seconds: number
}
