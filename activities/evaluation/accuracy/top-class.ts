import type { MulticlassRows } from './labelled-rows'

/** A row's class of highest probability; of equal ones the first, as numpy.argmax. */
export interface TopClass {
  /** Positions in `classes`. */
  readonly classes: Int32Array
  readonly probabilities: Float64Array
  /** 1 where it is the label. */
  readonly right: Uint8Array
}

/** The class that a multiclass model predicts, row by row. Probabilities are finite. */
export function topClass({ probabilities, classes, labels }: MulticlassRows): TopClass {
  const n = labels.length
  const top = { classes: new Int32Array(n), probabilities: new Float64Array(n), right: new Uint8Array(n) }
  for (let row = 0; row < n; row++) {
    const start = row * classes.length
    let best = 0
    for (let c = 1; c < classes.length; c++)
      if (probabilities[start + c]! > probabilities[start + best]!) best = c
    top.classes[row] = best
    top.probabilities[row] = probabilities[start + best]!
    top.right[row] = labels[row] === best ? 1 : 0
  }
  return top
}
