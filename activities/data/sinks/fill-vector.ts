import duckdb from '@duckdb/node-bindings'
import type { DuckDBDataChunk } from '@duckdb/node-api'
import type { Data } from 'apache-arrow'
import { bitAt, validityOf } from './arrow-form'
import { orNull, type ParquetType } from './parquet-columns'

/** Puts rows [start, start + count) of a column into a chunk's vector. */
export type FillVector = (chunk: DuckDBDataChunk, column: number, start: number, count: number) => void

/** What is alike in Arrow and DuckDB is copied whole, which takes a hundredth of setting value by value. */
export function fillVector(data: Data, type: ParquetType): FillVector {
  if (type.width !== null && data.offset === 0) return fillAlike(data, type.width)
  if (type.duckdb.toString() === 'BOOLEAN') return fillBooleans(data)
  const read = orNull(data, type)
  return (chunk, column, start, count) => {
    const vector = chunk.getColumnVector(column)
    for (let row = 0; row < count; row += 1) vector.setItem(row, read(start + row))
    vector.flush()
  }
}

function fillAlike(data: Data, width: number): FillVector {
  const { buffer, byteOffset } = data.values as Uint8Array<ArrayBuffer>
  return (chunk, column, start, count) => {
    const vector = duckdb.data_chunk_get_vector(chunk.chunk, column)
    duckdb.copy_data_to_vector(vector, 0, buffer, byteOffset + start * width, count * width)
    fillValidity(vector, data, start, count)
  }
}

/** A bit each in Arrow, a byte each in DuckDB. */
function fillBooleans(data: Data): FillVector {
  const bits = data.values as Uint8Array
  return (chunk, column, start, count) => {
    const bytes = new Uint8Array(count)
    for (let row = 0; row < count; row += 1) bytes[row] = bitAt(bits, data.offset + start + row) ? 1 : 0
    const vector = duckdb.data_chunk_get_vector(chunk.chunk, column)
    duckdb.copy_data_to_vector(vector, 0, bytes.buffer, 0, count)
    fillValidity(vector, data, start, count)
  }
}

function fillValidity(vector: duckdb.Vector, data: Data, start: number, count: number): void {
  const validity = validityOf(data)
  if (!validity) return
  const bits = new Uint8Array(Math.ceil(count / 64) * 8) // DuckDB reads words of 64 bits
  for (let row = 0; row < count; row += 1)
    if (bitAt(validity, data.offset + start + row)) bits[row >> 3]! |= 1 << (row & 7)
  duckdb.vector_ensure_validity_writable(vector)
  duckdb.copy_data_to_vector_validity(vector, 0, bits.buffer, 0, bits.length)
}
