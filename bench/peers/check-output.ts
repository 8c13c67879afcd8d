/** What was written somewhere, as far as it is compared. */
export interface Output {
  readonly rows: number
  /** Distinct keys. */
  readonly keys: number
  readonly sum: number
  /** Key, score and label of the sampled keys that were found. */
  readonly sample: readonly (readonly [key: number, score: number, label: boolean])[]
}

/** What raw ONNX Runtime makes of the rows. */
export interface Expected {
  readonly rows: number
  readonly sum: number
  readonly sample: readonly (readonly [key: number, score: number])[]
}

/** Float32 sums differ in their last bits with the number of rows in a call. */
const tolerance = 1e-5
const threshold = 0.5

/** @throws Error that says what is wrong: such an output has no figure */
export function checkOutput(who: string, found: Output, expected: Expected): void {
  const wrong = (what: string, is: unknown, should: unknown) =>
    new Error(`${who}: the output is wrong: ${what} ${String(is)}, expected ${String(should)}`)
  if (found.rows !== expected.rows) throw wrong('rows', found.rows, expected.rows)
  if (found.keys !== expected.rows) throw wrong('distinct keys', found.keys, expected.rows)
  if (!(Math.abs(found.sum - expected.sum) <= tolerance * expected.rows))
    throw wrong('sum of scores', found.sum, expected.sum)
  const byKey = new Map(found.sample.map(([key, ...rest]) => [key, rest]))
  for (const [key, score] of expected.sample) {
    const [foundScore = NaN, label] = byKey.get(key) ?? []
    if (!(Math.abs(foundScore - score) <= tolerance)) throw wrong(`score of key ${key}`, foundScore, score)
    if (label !== foundScore >= threshold) throw wrong(`label of key ${key}`, label, foundScore >= threshold)
  }
}
