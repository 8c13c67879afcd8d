import { Reader, Writer } from 'protobufjs/minimal'

/** One field of a protobuf message as it stands in the bytes: what is not understood is written back as it was. */
export interface MessageField {
  readonly number: number
  /** Tag and value. */
  readonly whole: Uint8Array
  /** The content of a length-delimited field (text, bytes, a message, packed numbers); null for a single number. */
  readonly content: Uint8Array | null
  /** Where the value begins in `whole`. */
  readonly start: number
}

/** The fields of a message, in order. @throws Error of protobufjs where the bytes are no message */
export function messageFields(bytes: Uint8Array): MessageField[] {
  const reader = Reader.create(bytes)
  const fields: MessageField[] = []
  while (reader.pos < reader.len) {
    const from = reader.pos
    const tag = reader.uint32()
    const start = reader.pos - from
    let content: Uint8Array | null = null
    if ((tag & 7) === lengthDelimited) content = reader.bytes()
    else reader.skipType(tag & 7)
    fields.push({ number: tag >>> 3, whole: bytes.subarray(from, reader.pos), content, start })
  }
  return fields
}

const lengthDelimited = 2

/** The message again, of fields as they were and of new ones. */
export function joinFields(parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(parts)
}

/** A length-delimited field. */
export function contentField(number: number, content: Uint8Array): Uint8Array {
  return Writer.create()
    .uint32((number << 3) | lengthDelimited)
    .bytes(content)
    .finish()
}

/** The texts of a repeated string field. */
export function textsOf(fields: readonly MessageField[], number: number): string[] {
  return fields
    .filter((field) => field.number === number && field.content !== null)
    .map(({ content }) => Buffer.from(content!).toString('utf8'))
}
