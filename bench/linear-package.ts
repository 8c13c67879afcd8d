import fs from 'node:fs'
import path from 'node:path'
import { stringify } from 'yaml'

/** Features of a linear package: x0, x1 … */
export const linearFeature = (i: number): string => `x${i}`

/** What the linear package predicts: the weight of feature i. */
export const linearWeight = (i: number): number => ((i % 7) - 3) / 8

/**
 * Writes a model package of `features` float columns in one tensor: y = x · w, as ONNX's MatMul. As little inference as a
 * model can have, so that what is measured is all the rest; no Python is needed for it.
 */
export function linearPackage(folder: string, features: number): void {
  fs.mkdirSync(folder, { recursive: true })
  fs.writeFileSync(path.join(folder, 'model.onnx'), linearModel(features))
  const manifest = {
    name: `linear-${features}`,
    task: 'regression',
    input: { tensor: 'x' },
    features: Array.from({ length: features }, (_, i) => ({ name: linearFeature(i), type: 'number' })),
    output: { tensor: 'y' },
  }
  fs.writeFileSync(path.join(folder, 'model.yaml'), stringify(manifest))
}

/** onnx.proto3's field numbers: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3 */
function linearModel(features: number): Buffer {
  const float = 1
  const weights = Buffer.from(Float32Array.from({ length: features }, (_, i) => linearWeight(i)).buffer)
  const tensor = (name: string, width: number): Buffer => {
    const rows = message(text(2, 'rows'))
    const shape = message(bytes(1, rows), bytes(1, varint(1, width)))
    return message(text(1, name), bytes(2, bytes(1, message(varint(1, float), bytes(2, shape)))))
  }
  const node = message(text(1, 'x'), text(1, 'w'), text(2, 'y'), text(4, 'MatMul'))
  const initializer = message(
    varint(1, features),
    varint(1, 1),
    varint(2, float),
    text(8, 'w'),
    bytes(9, weights),
  )
  const graph = message(
    bytes(1, node),
    text(2, 'linear'),
    bytes(5, initializer),
    bytes(11, tensor('x', features)),
    bytes(12, tensor('y', 1)),
  )
  const opset = message(text(1, ''), varint(2, 13))
  return message(varint(1, 8), bytes(7, graph), bytes(8, opset))
}

// Protocol Buffers' wire format: a field's number and kind, then the value

const message = (...fields: readonly Buffer[]): Buffer => Buffer.concat(fields)
const varint = (field: number, value: number): Buffer => Buffer.concat([base128(field * 8), base128(value)])
const bytes = (field: number, value: Buffer): Buffer =>
  Buffer.concat([base128(field * 8 + 2), base128(value.length), value])
const text = (field: number, value: string): Buffer => bytes(field, Buffer.from(value))

function base128(value: number): Buffer {
  const out: number[] = []
  for (; value > 127; value = Math.floor(value / 128)) out.push((value % 128) + 128)
  return Buffer.from([...out, value])
}
