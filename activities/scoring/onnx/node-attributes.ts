import { Reader } from 'protobufjs/minimal'
import { messageFields, textsOf, type MessageField } from './message-fields'

/** An attribute of an ONNX node: AttributeProto of the kinds that tree ensembles have. */
export type AttributeValue =
  | { readonly kind: 'ints'; readonly values: readonly number[] }
  | { readonly kind: 'floats'; readonly values: readonly number[] }
  | { readonly kind: 'texts'; readonly values: readonly string[] }
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'other' }

export type Attributes = ReadonlyMap<string, AttributeValue>

/** AttributeProto.type of onnx.proto. */
const types = { int: 2, text: 3, floats: 6, ints: 7, texts: 8 } as const
const numbers = { name: 1, int: 3, text: 4, floats: 7, ints: 8, texts: 9, type: 20 } as const

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
function numbersOf(
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
