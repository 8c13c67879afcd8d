import { ByteReader } from './byte-reader'
import { ByteWriter } from './byte-writer'
import type { ColumnBins } from './column-bins'
import { countsCodec } from './counts-codec'
import type { ReferenceColumn, ReferenceProfile } from './reference-profile'

const version = 1

/**
 * A reference profile to bytes and back, exactly. The first byte is the version.
 *
 * `decode` throws a RangeError for another version, and for bytes cut short or with more behind them.
 */
export const referenceCodec = { encode, decode }

function encode({ rows, sampled, columns }: ReferenceProfile): Uint8Array {
  const writer = new ByteWriter().byte(version)
  writer
    .number(rows)
    .byte(sampled ? 1 : 0)
    .number(columns.size)
  for (const [name, { bins, counts, range, sample }] of columns) {
    writer.text(name)
    writeBins(writer, bins)
    countsCodec.write(writer, counts)
    writer.number(range.min).number(range.max).numbers(sample)
  }
  return writer.bytes()
}

function decode(bytes: Uint8Array): ReferenceProfile {
  const reader = new ByteReader(bytes)
  const found = reader.byte()
  if (found !== version)
    throw new RangeError(`the reference profile has version ${found}, allowed is ${version}`)
  const [rows, sampled, columnCount] = [reader.number(), reader.byte() === 1, reader.number()]
  const columns = new Map<string, ReferenceColumn>()
  for (let i = 0; i < columnCount; i += 1) columns.set(reader.text(), readColumn(reader))
  reader.end()
  return { rows, sampled, columns }
}

function readColumn(reader: ByteReader): ReferenceColumn {
  return {
    bins: readBins(reader),
    counts: countsCodec.read(reader),
    range: { min: reader.number(), max: reader.number() },
    sample: reader.numbers(),
  }
}

const kinds = ['numeric', 'number', 'text'] as const

function writeBins(writer: ByteWriter, bins: ColumnBins): void {
  writer.byte(kinds.indexOf(bins.kind === 'numeric' ? 'numeric' : bins.of))
  if (bins.kind === 'numeric') {
    writer.numbers(bins.edges)
    return
  }
  const { levels, others, counts } = bins.levels
  for (const names of [levels, [...others]]) {
    writer.number(names.length)
    for (const name of names) writer.text(name)
  }
  writer.numbers(counts)
}

function readBins(reader: ByteReader): ColumnBins {
  const code = reader.byte()
  const kind = kinds[code]
  if (kind === undefined)
    throw new RangeError(`a column has kind ${code}, allowed are 0 to ${kinds.length - 1}`)
  if (kind === 'numeric') return { kind, edges: reader.numbers() }
  const levels = readTexts(reader)
  const others = new Set(readTexts(reader))
  return { kind: 'categorical', of: kind, levels: { levels, others, counts: reader.numbers() } }
}

function readTexts(reader: ByteReader): string[] {
  const texts: string[] = []
  for (let left = reader.number(); left > 0; left -= 1) texts.push(reader.text())
  return texts
}
