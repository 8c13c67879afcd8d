import type { NumberColumn } from '../stats/number-column'
import { ByteReader } from './byte-reader'
import { ByteWriter } from './byte-writer'
import type { ColumnCounts } from './column-counts'
import { countsCodec } from './counts-codec'
import type { RowSample } from './row-sample'
import { isBroken, type BrokenColumn, type ShardProfile } from './shard-profile'

const version = 1

/**
 * A shard's profile to bytes and back, exactly. The first byte is the version. No texts but names and errors: levels are in
 * the reference only. Of 16 float32 columns without missing values a sampled row takes 72 bytes, beside the counts.
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
  for (const [name, { values, validity }] of columns) {
    writer.text(name).numbers(values instanceof Float64Array ? values : Float64Array.from(values))
    writer.byte(validity === undefined ? 0 : 1)
    if (validity !== undefined) writer.array(validity)
  }
}

function readSample(reader: ByteReader): RowSample {
  const hashes = reader.uint64s()
  const columns = new Map<string, NumberColumn>()
  for (let left = reader.number(); left > 0; left -= 1) {
    const [name, values] = [reader.text(), reader.numbers()]
    columns.set(name, { values, validity: reader.byte() === 1 ? reader.bytes() : undefined })
  }
  return { hashes, columns }
}
