import duckdb, { type Vector } from '@duckdb/node-bindings'
import type { DuckDBDataChunk } from '@duckdb/node-api'
import { makeData, RecordBatch, Struct, type DataType, type Field, type Schema } from 'apache-arrow'
import { columnWriter, type ColumnWriter } from './column-writers'
import { scanBatchRows } from './scan-plan'

const DuckType = duckdb.Type

/**
 * Puts DuckDB's chunks (at most 2,048 rows, fewer after a filter) together to RecordBatches of exactly scanBatchRows
 * rows, the last one smaller.
 * @param passing each batch lives until the next is asked for, in the same memory: arrays made anew for every batch keep
 *   V8's garbage collector busy for a seventh of a linear model's time
 */
export async function* scanBatches(
  chunks: AsyncIterable<DuckDBDataChunk>,
  schema: Schema,
  passing = false,
): AsyncGenerator<RecordBatch, void, undefined> {
  let writers: ColumnWriter[] | null = null
  let filled = 0
  for await (const chunk of chunks) {
    const size = chunk.rowCount
    const vectors = schema.fields.map((_, column) => duckdb.data_chunk_get_vector(chunk.chunk, column))
    for (let from = 0; from < size;) {
      writers ??= vectors.map((vector, column) => writerOf(vector, schema, column))
      const count = Math.min(size - from, scanBatchRows - filled)
      writers.forEach((writer, column) => writer.append(vectors[column]!, size, from, count))
      from += count
      filled += count
      if (filled === scanBatchRows) {
        yield recordBatch(schema, writers, filled)
        if (passing) for (const writer of writers) writer.clear()
        else writers = null
        filled = 0
      }
    }
  }
  if (writers && filled > 0) yield recordBatch(schema, writers, filled)
}

function writerOf(vector: Vector, { fields }: Schema, column: number): ColumnWriter {
  const type = duckdb.vector_get_column_type(vector)
  const typeId = duckdb.get_type_id(type)
  const element = typeId === DuckType.ARRAY ? duckdb.get_type_id(duckdb.array_type_child_type(type)) : null
  const { type: arrowType } = fields[column] as Field<DataType>
  return columnWriter(typeId, arrowType, scanBatchRows, element)
}

function recordBatch(schema: Schema, writers: readonly ColumnWriter[], length: number): RecordBatch {
  const children = writers.map((writer) => writer.finish())
  return new RecordBatch(
    schema,
    makeData({ type: new Struct(schema.fields), length, nullCount: 0, children }),
  )
}
