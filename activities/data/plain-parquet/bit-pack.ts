import { pushVarint } from './thrift-writer'

/**
 * Levels in Parquet's RLE/bit-packing hybrid, after the 4 bytes that tell their length
 * (https://parquet.apache.org/docs/file-format/data-pages/encodings/#RLE). One run: of one value, or of all bit-packed.
 */
export function repeatedLevel(level: number, count: number): Uint8Array {
  const run: number[] = []
  pushVarint(run, 2 * count)
  return framed(Uint8Array.from([...run, level]))
}

/** @param bits bits that are packed already, lowest first, `count` levels of 1 bit each */
export function packedBits(bits: Uint8Array, count: number): Uint8Array {
  return framed(packedRun(bits, count))
}

/** @param width bits of a level, 1 or 2 */
export function packedLevels(levels: Uint8Array, width: 1 | 2): Uint8Array {
  const perByte = 8 / width
  const bits = new Uint8Array(Math.ceil(levels.length / 8) * width)
  levels.forEach((level, i) => (bits[Math.floor(i / perByte)]! |= level << ((i % perByte) * width)))
  return framed(packedRun(bits, levels.length))
}

function packedRun(bits: Uint8Array, count: number): Uint8Array {
  const head: number[] = []
  pushVarint(head, 2 * Math.ceil(count / 8) + 1)
  const run = new Uint8Array(head.length + bits.length)
  run.set(head)
  run.set(bits, head.length)
  return run
}

function framed(run: Uint8Array): Uint8Array {
  const bytes = Buffer.allocUnsafe(4 + run.length)
  bytes.writeUInt32LE(run.length)
  bytes.set(run, 4)
  return bytes
}
