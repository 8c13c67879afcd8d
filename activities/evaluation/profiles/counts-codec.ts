import type { ByteReader } from './byte-reader'
import type { ByteWriter } from './byte-writer'
import type { ColumnCounts } from './column-counts'

/** A column's counts as bytes: a part of both profiles. */
export const countsCodec = { write, read }

function write(writer: ByteWriter, counts: ColumnCounts): void {
  const { bins, missing, nan, plusInfinity, minusInfinity, outOfRange, moments } = counts
  writer.numbers(bins)
  writer.numbers(Float64Array.of(missing, nan, plusInfinity, minusInfinity, outOfRange))
  writer.array(Float64Array.of(moments.n, moments.mean, moments.m2, moments.min, moments.max))
}

function read(reader: ByteReader): ColumnCounts {
  const bins = reader.numbers()
  const [missing, nan, plusInfinity, minusInfinity, outOfRange] = exactly(5, reader.numbers())
  const [n, mean, m2, min, max] = exactly(5, reader.float64s())
  return {
    bins,
    missing: missing!,
    nan: nan!,
    plusInfinity: plusInfinity!,
    minusInfinity: minusInfinity!,
    outOfRange: outOfRange!,
    moments: { n: n!, mean: mean!, m2: m2!, min: min!, max: max! },
  }
}

function exactly(length: number, values: Float64Array): Float64Array {
  if (values.length !== length)
    throw new RangeError(`a column has ${values.length} counts, allowed are ${length}`)
  return values
}
