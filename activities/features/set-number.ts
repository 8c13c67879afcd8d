import type { TensorArray } from './tensor-buffer'

/** A setter for whole numbers (and NaN in float tensors) that turns them into bigint for an int64 tensor. */
export function setNumber(out: TensorArray): (at: number, value: number) => void {
  if (out instanceof BigInt64Array) return (at, value) => (out[at] = BigInt(value))
  const numbers = out as Exclude<TensorArray, BigInt64Array | string[]>
  return (at, value) => (numbers[at] = value)
}
