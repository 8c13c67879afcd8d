import type { ElementType } from '../../schemas/model-manifest'

/** Arrays that hold a tensor's elements, as ONNX Runtime takes them: bool as 0 and 1, strings as a plain array. */
export interface TensorArrays {
  float32: Float32Array
  float64: Float64Array
  int64: BigInt64Array
  int32: Int32Array
  bool: Uint8Array
  string: string[]
}

export type TensorArray = TensorArrays[ElementType]

/** An array for `length` elements; numbers are 0, strings are holes to be filled. */
export function newTensorArray(type: ElementType, length: number): TensorArray {
  switch (type) {
    case 'float32':
      return new Float32Array(length)
    case 'float64':
      return new Float64Array(length)
    case 'int64':
      return new BigInt64Array(length)
    case 'int32':
      return new Int32Array(length)
    case 'bool':
      return new Uint8Array(length)
    case 'string':
      return new Array<string>(length)
  }
}

/** Elements [start, end) of a tensor: a view where the array can give one. */
export function sliceTensor<T extends TensorArray>(array: T, start: number, end: number): T {
  return (Array.isArray(array) ? array.slice(start, end) : array.subarray(start, end)) as T
}

/** Moves the rows in `kept` (ascending) to the front, in place. */
export function compactRows(array: TensorArray, width: number, kept: Int32Array): void {
  for (let to = 0; to < kept.length; to += 1) {
    const from = kept[to]!
    if (from !== to) array.copyWithin(to * width, from * width, (from + 1) * width)
  }
}
