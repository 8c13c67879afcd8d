/** A column of numbers as Arrow holds it. */
export interface NumberColumn {
  readonly values: Float64Array | Float32Array | Int32Array
  /** A bit per row, least significant first, set where the row has a value; without it every row has one. */
  readonly validity?: Uint8Array | undefined
  /** The bit of the first row; `values` starts at the first row itself. */
  readonly bitOffset?: number | undefined
}

/** Whether a row of a column with validity bits has a value. */
export function hasValue(validity: Uint8Array, bit: number): boolean {
  return ((validity[bit >> 3]! >> (bit & 7)) & 1) === 1
}
