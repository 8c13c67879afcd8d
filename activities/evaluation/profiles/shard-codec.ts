import { ByteReader } from './byte-reader'
import { ByteWriter } from './byte-writer'
import type { ColumnCounts } from './column-counts'
import { countsCodec } from './counts-codec'
import { isTextColumn, type ProfileColumn } from './profile-column'
import type { RowSample } from './row-sample'
import { isBroken, type BrokenColumn, type ShardProfile } from './shard-profile'

const version = 2

/**
 * A shard's profile to bytes and back, exactly. The first byte is the version. Texts are in it where they are in the sample.
 * Of 16 float32 columns without missing values a sampled row takes 72 bytes, beside the counts; of a text 1 byte up to 255
 * texts, 4 beyond, and each text once.
 *
 * `decode` throws a RangeError for another version, and for bytes cut short or with more behind them.
 */
export const shardCodec = { encode, decode }

function encode({ shardNo, rows, columns, sample }: ShardProfile): Uint8Array {
  const writer = new ByteWriter().byte(version).number(shardNo).number(rows).number(columns.size)
  for (const [name, column] of columns) {
    writer.text(name).byte(isBroken(column) ? 1 : 0)
    if (isBroken(column)) writer.text(column.error)
    else countsCodec.write(writer, column)
  }
  writeSample(writer, sample)
  return writer.bytes()
}

function decode(bytes: Uint8Array): ShardProfile {
  const reader = new ByteReader(bytes)
  const found = reader.byte()
  if (found !== version)
    throw new RangeError(`the shard's profile has version ${found}, allowed is ${version}`)
  const [shardNo, rows, columnCount] = [reader.number(), reader.number(), reader.number()]
  const columns = new Map<string, ColumnCounts | BrokenColumn>()
  for (let i = 0; i < columnCount; i += 1) {
    const name = reader.text()
    columns.set(name, reader.byte() === 1 ? { error: reader.text() } : countsCodec.read(reader))
  }
  const sample = readSample(reader)
  reader.end()
  return { shardNo, rows, columns, sample }
}

function writeSample(writer: ByteWriter, { hashes, columns }: RowSample): void {
  writer.array(hashes).number(columns.size)
  for (const [name, column] of columns) writeColumn(writer.text(name), column)
}

function readSample(reader: ByteReader): RowSample {
  const hashes = reader.uint64s()
  const columns = new Map<string, ProfileColumn>()
  for (let left = reader.number(); left > 0; left -= 1) columns.set(reader.text(), readColumn(reader))
  return { hashes, columns }
}

/** Kinds of sampled columns: numbers, numbers with validity bits, texts. */
const [allThere, someMissing, texts] = [0, 1, 2] as const

function writeColumn(writer: ByteWriter, column: ProfileColumn): void {
  if (isTextColumn(column)) {
    writer.byte(texts).number(column.dictionary.length)
    for (const text of column.dictionary) writer.text(text)
    // one up, so that a missing row is 0 and the codes fit a byte
    writer.numbers(Float64Array.from(column.codes, (code) => code + 1))
    return
  }
  const { values, validity } = column
  writer.byte(validity === undefined ? allThere : someMissing)
  writer.numbers(values instanceof Float64Array ? values : Float64Array.from(values))
  if (validity !== undefined) writer.array(validity)
}

function readColumn(reader: ByteReader): ProfileColumn {
  const kind = reader.byte()
  if (kind > texts) throw new RangeError(`a sampled column has kind ${kind}, allowed are 0 to ${texts}`)
  if (kind !== texts)
    return { values: reader.numbers(), validity: kind === someMissing ? reader.bytes() : undefined }
  const dictionary: string[] = []
  for (let left = reader.number(); left > 0; left -= 1) dictionary.push(reader.text())
  return { dictionary, codes: Int32Array.from(reader.numbers(), (code) => code - 1) }
}
