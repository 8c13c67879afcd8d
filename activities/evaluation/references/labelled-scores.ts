import { isTextColumn, type ProfileColumns } from '../profiles/profile-column'
import { profileKey } from '../profiles/profile-key'
import { rowHashes } from '../profiles/row-hashes'
import { bottomKSample, createBottomKSample, extractBottomKSample } from '../stats/bottom-k-sample'
import { hasValue } from '../stats/number-column'

/** Scores and labels of a binary model's labelled rows: expected accuracy is estimated from them. */
export interface LabelledScores {
  readonly scores: Float64Array
  /** 0 or 1, a row each. */
  readonly labels: Uint8Array
}

/**
 * The rows that have both a score and a label, in their order; beyond `limit` those of the smallest hashes of row numbers.
 * @param columns of a binary model's rows: prediction/score, and label/label with the texts false and true
 * @returns null where no row has both
 */
export function labelledScores(columns: ProfileColumns, limit = 50_000): LabelledScores | null {
  const score = columns.get(profileKey('prediction', 'score'))
  const label = columns.get(profileKey('label', 'label'))
  if (score === undefined || label === undefined || isTextColumn(score) || !isTextColumn(label)) return null
  const { values, validity, bitOffset = 0 } = score
  const positive = label.dictionary.indexOf('true')
  const labelled: number[] = []
  for (let row = 0; row < values.length; row += 1)
    if (label.codes[row]! >= 0 && (validity === undefined || hasValue(validity, bitOffset + row)))
      labelled.push(row)
  if (labelled.length === 0) return null
  const rows = labelled.length > limit ? fewer(labelled, values.length, limit) : labelled
  return {
    scores: Float64Array.from(rows, (row) => values[row]!),
    labels: Uint8Array.from(rows, (row) => (label.codes[row] === positive ? 1 : 0)),
  }
}

function fewer(labelled: readonly number[], rowCount: number, limit: number): ArrayLike<number> {
  const hashes = rowHashes(rowCount)
  const sample = createBottomKSample(limit)
  bottomKSample(
    sample,
    BigUint64Array.from(labelled, (row) => hashes[row]!),
    Float64Array.from(labelled),
  )
  return extractBottomKSample(sample).payloads.sort()
}
