import { Reader, Writer } from 'protobufjs/minimal'
import { contentField, joinFields, messageFields, textsOf, type MessageField } from './message-fields'

/** An attribute of an ONNX node: AttributeProto of the kinds that tree ensembles have; others keep their bytes. */
export type AttributeValue =
  | { readonly kind: 'ints'; readonly values: readonly number[] }
  | { readonly kind: 'floats'; readonly values: readonly number[] }
  | { readonly kind: 'texts'; readonly values: readonly string[] }
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'text'; readonly value: string }
  /** A tensor of one dimension; written only. */
  | { readonly kind: 'tensor'; readonly values: readonly number[] | readonly string[] }
  | { readonly kind: 'other' }

export type Attributes = ReadonlyMap<string, AttributeValue>

/** AttributeProto.type of onnx.proto. */
const types = { int: 2, text: 3, tensor: 4, floats: 6, ints: 7, texts: 8 } as const
const numbers = { name: 1, int: 3, text: 4, tensor: 5, floats: 7, ints: 8, texts: 9, type: 20 } as const

/** The attributes of a node by name. @param attributes the content of its attribute fields */
export function readAttributes(attributes: readonly Uint8Array[]): Attributes {
  return new Map(
    attributes.map((bytes) => {
      const fields = messageFields(bytes)
      return [textsOf(fields, numbers.name)[0] ?? '', valueOf(fields)]
    }),
  )
}

function valueOf(fields: readonly MessageField[]): AttributeValue {
  const type = numbersOf(fields, numbers.type, (reader) => reader.int32())[0]
  if (type === types.ints)
    return { kind: 'ints', values: numbersOf(fields, numbers.ints, (reader) => Number(reader.int64())) }
  if (type === types.floats)
    return { kind: 'floats', values: numbersOf(fields, numbers.floats, (reader) => reader.float()) }
  if (type === types.texts) return { kind: 'texts', values: textsOf(fields, numbers.texts) }
  if (type === types.int)
    return {
      kind: 'int',
      value: numbersOf(fields, numbers.int, (reader) => Number(reader.int64()))[0] ?? 0,
    }
  if (type === types.text) return { kind: 'text', value: textsOf(fields, numbers.text)[0] ?? '' }
  return { kind: 'other' }
}

/** A number field's values, whether they stand one by one or packed. */
export function numbersOf(
  fields: readonly MessageField[],
  number: number,
  next: (reader: Reader) => number,
): number[] {
  const values: number[] = []
  for (const field of fields) {
    if (field.number !== number) continue
    const reader = Reader.create(field.content ?? field.whole.subarray(field.start))
    while (reader.pos < reader.len) values.push(next(reader))
  }
  return values
}

/** A NodeProto. */
export function writeNode(node: {
  readonly opType: string
  readonly domain?: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes?: Attributes
}): Uint8Array {
  const texts = (number: number, values: readonly string[]): Uint8Array[] =>
    values.map((value) => contentField(number, Buffer.from(value)))
  return joinFields([
    ...texts(1, node.inputs),
    ...texts(2, node.outputs),
    ...texts(4, [node.opType]),
    ...[...(node.attributes ?? [])].map(([name, value]) => contentField(5, writeAttribute(name, value))),
    ...texts(7, node.domain === undefined ? [] : [node.domain]),
  ])
}

function writeAttribute(name: string, value: AttributeValue): Uint8Array {
  const writer = Writer.create()
    .uint32((numbers.name << 3) | 2)
    .string(name)
  switch (value.kind) {
    case 'ints':
      for (const one of value.values) writer.uint32(numbers.ints << 3).int64(one)
      break
    case 'floats':
      for (const one of value.values) writer.uint32((numbers.floats << 3) | 5).float(one)
      break
    case 'texts':
      for (const one of value.values) writer.uint32((numbers.texts << 3) | 2).string(one)
      break
    case 'int':
      writer.uint32(numbers.int << 3).int64(value.value)
      break
    case 'text':
      writer.uint32((numbers.text << 3) | 2).string(value.value)
      break
    case 'tensor':
      writer.uint32((numbers.tensor << 3) | 2).bytes(writeTensor(value.values))
      break
    case 'other':
      throw new TypeError(`the attribute ${name} is of a kind that cannot be written`)
  }
  return writer
    .uint32(numbers.type << 3)
    .int32(types[value.kind])
    .finish()
}

/** TensorProto: dims 1, data_type 2 (int64 7, string 8), string_data 6, int64_data 7. */
function writeTensor(values: readonly number[] | readonly string[]): Uint8Array {
  const isText = typeof values[0] === 'string'
  const writer = Writer.create()
    .uint32(1 << 3)
    .int64(values.length)
    .uint32(2 << 3)
    .int32(isText ? 8 : 7)
  for (const value of values)
    if (typeof value === 'string') writer.uint32((6 << 3) | 2).string(value)
    else writer.uint32(7 << 3).int64(value)
  return writer.finish()
}
