import type { ColumnType } from '../../schemas/column'
import type { SourceColumn } from './column-type'
import type { ElementType } from '../../schemas/model-manifest'

/** A key or carried column: `sql` is DuckDB SQL that yields `type`'s DuckDB form (checked, quoted). */
export interface PlannedColumn {
  readonly name: string
  readonly sql: string
  readonly type: ColumnType
}

/** A model feature as the scan reads it, before missing values are filled and categories are coded for the tensor. */
export interface PlannedFeature {
  readonly name: string
  /** The checked expression or quoted source column. */
  readonly sql: string
  /** The tensor's element type that values are cast to. */
  readonly elementType: ElementType
  /** The expression's own DuckDB type, as DuckDB prints it: VARCHAR, DOUBLE, DECIMAL(18,3) ... */
  readonly sourceType: string
  /** True where the cast can fail on a value (text to number, narrowing): then the scan adds a flag column. */
  readonly mayFail: boolean
}

/** Everything a worker needs to read a shard beside the file and the range. Plain JSON: stored in nightscore.run.plan. */
export interface ScanPlan {
  readonly keys: readonly PlannedColumn[]
  readonly carry: readonly PlannedColumn[]
  readonly features: readonly PlannedFeature[]
  /** Row-wise condition, checked; null for all rows. */
  readonly where: string | null
  /** Value bound to $batch. */
  readonly batch: string
  /** Bytes that a thread holds while it reads, at most: see readCost; left out: not known. */
  readonly readerBytes?: number
  /** What the run's shadow reads, in the order of its manifest; left out: it has none. */
  readonly shadow?: readonly PlannedFeature[]
  /** All columns of the source and their DuckDB types: changes from one batch to the next are told. */
  readonly columns: readonly SourceColumn[]
}

/**
 * The columns of a scanned RecordBatch, by position-safe names (users' names can hold anything):
 *
 * - `row`: Int64, row number within the file, from 0; ascending
 * - `key.0` …, `carry.0` …: the column type's Arrow form (schemas/column.ts), nullable
 * - `feature.0` …, by the manifest's feature type:
 *   number -> the element type's Arrow form (Float32, Float64, Int64, Int32), nullable, NaN and Inf as they are;
 *   boolean -> Bool (element type bool) or the numeric element type with 0/1;
 *   text -> Utf8;
 *   category -> Int32: the code, -1 where not among the categories, null where missing;
 *     (element type string: Utf8, the value itself, and the code beside it as `code.0`;
 *     other element types: the value where the code is -1 beside it as `other.0`, Utf8, null elsewhere)
 *   list -> FixedSizeList<element> of `length`, null where the list is missing
 * - `bad.0` …: Bool, only for features with mayFail and for lists: true where a value is present but
 *   cannot be converted (NOT_CONVERTIBLE) or, for a list, has another length (LIST_LENGTH)
 */
export const scanColumns = {
  row: 'row',
  key: (i: number) => `key.${i}`,
  carry: (i: number) => `carry.${i}`,
  feature: (i: number) => `feature.${i}`,
  code: (i: number) => `code.${i}`,
  other: (i: number) => `other.${i}`,
  bad: (i: number) => `bad.${i}`,
} as const

/** Rows in each scanned batch but the last, counted from the shard's start: fixed, so that scores are bit-identical on a retry. */
export const scanBatchRows = 8192
