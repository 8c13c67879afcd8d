const { isFinite } = Number

/** Rows of a binary model. */
export interface BinaryRows {
  /** Probabilities of label 1. */
  readonly scores: Float64Array
  /** 0 or 1. */
  readonly labels: Uint8Array
  /** 1 where the model, by its threshold, says 1. */
  readonly decisions: Uint8Array
}

/** Rows of a multiclass model with K classes. */
export interface MulticlassRows {
  /** Row-major, [rows x K]. */
  readonly probabilities: Float64Array
  readonly classes: readonly string[]
  /** Positions in `classes`; -1 for a label that the model does not know. */
  readonly labels: Int32Array
}

/** Rows of a regression model, both columns in the label's unit. */
export interface RegressionRows {
  readonly predictions: Float64Array
  readonly labels: Float64Array
}

export interface RowsByTask {
  readonly binary: BinaryRows
  readonly multiclass: MulticlassRows
  readonly regression: RegressionRows
}

export type AccuracyTask = keyof RowsByTask

/**
 * What all tasks ask of their rows. One population serves every metric of a batch: a row that one of them cannot use is left
 * out of all.
 * - `take(task, rows, at)`: copies of the rows at these positions, in that order.
 * - `usable(task, rows)`: positions of the rows whose forecast is finite and whose label the model knows; of a regression, whose
 *   squared error is finite.
 */
export const labelledRows = { take, usable }

const takers: { readonly [T in AccuracyTask]: (rows: RowsByTask[T], at: Uint32Array) => RowsByTask[T] } = {
  binary: ({ scores, labels, decisions }, at) => ({
    scores: floatsAt(scores, at),
    labels: bytesAt(labels, at),
    decisions: bytesAt(decisions, at),
  }),
  multiclass: ({ probabilities, classes, labels }, at) => {
    const taken = new Float64Array(at.length * classes.length)
    const codes = new Int32Array(at.length)
    for (let i = 0; i < at.length; i++) {
      const from = at[i]! * classes.length
      for (let c = 0; c < classes.length; c++) taken[i * classes.length + c] = probabilities[from + c]!
      codes[i] = labels[at[i]!]!
    }
    return { probabilities: taken, classes, labels: codes }
  },
  regression: ({ predictions, labels }, at) => ({
    predictions: floatsAt(predictions, at),
    labels: floatsAt(labels, at),
  }),
}

const testers: { readonly [T in AccuracyTask]: (rows: RowsByTask[T]) => (row: number) => boolean } = {
  binary:
    ({ scores }) =>
    (row) =>
      isFinite(scores[row]),
  multiclass: ({ probabilities, classes, labels }) => {
    const classCount = classes.length
    return (row) => {
      if (labels[row]! < 0 || labels[row]! >= classCount) return false
      for (let c = 0; c < classCount; c++) if (!isFinite(probabilities[row * classCount + c])) return false
      return true
    }
  },
  regression: ({ predictions, labels }) => {
    return (row) => {
      const error = predictions[row]! - labels[row]!
      return isFinite(error * error)
    }
  },
}

function take<T extends AccuracyTask>(task: T, rows: RowsByTask[T], at: Uint32Array): RowsByTask[T] {
  return takers[task](rows, at)
}

function usable<T extends AccuracyTask>(task: T, rows: RowsByTask[T]): Uint32Array {
  const isUsable = testers[task](rows)
  const positions = new Uint32Array(rows.labels.length)
  let filled = 0
  for (let row = 0; row < positions.length; row++) if (isUsable(row)) positions[filled++] = row
  return positions.subarray(0, filled)
}

function floatsAt(column: Float64Array, at: Uint32Array): Float64Array {
  const taken = new Float64Array(at.length)
  for (let i = 0; i < at.length; i++) taken[i] = column[at[i]!]!
  return taken
}

function bytesAt(column: Uint8Array, at: Uint32Array): Uint8Array {
  const taken = new Uint8Array(at.length)
  for (let i = 0; i < at.length; i++) taken[i] = column[at[i]!]!
  return taken
}
