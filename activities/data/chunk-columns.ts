import duckdb from '@duckdb/node-bindings'
import { type DuckDBDataChunk, DuckDBTypeId, type DuckDBType, type DuckDBValue } from '@duckdb/node-api'

/** Rows in a DuckDB vector. */
export const chunkRows = 2048

/** One column of the chunk that is being filled: a value for each row from 0, or null. */
export interface ChunkColumn {
  setNull(row: number): void
  /** Hands the first `rows` values to DuckDB and forgets them. */
  flush(chunk: DuckDBDataChunk, column: number, rows: number): void
}

/** Values of fixed width, little-endian as DuckDB keeps them: write through `view` or `bytes`. */
export class FixedColumn implements ChunkColumn {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly view: DataView
  private readonly valid = new Uint8Array(chunkRows / 8).fill(0xff)
  private hasNull = false

  constructor(readonly width: number) {
    this.bytes = new Uint8Array(chunkRows * width)
    this.view = new DataView(this.bytes.buffer)
  }

  setNull(row: number): void {
    this.valid[row >> 3]! &= ~(1 << (row & 7))
    this.hasNull = true
  }

  flush(chunk: DuckDBDataChunk, column: number, rows: number): void {
    const vector = duckdb.data_chunk_get_vector(chunk.chunk, column)
    duckdb.copy_data_to_vector(vector, 0, this.bytes.buffer, 0, rows * this.width)
    if (!this.hasNull) return
    duckdb.vector_ensure_validity_writable(vector)
    duckdb.copy_data_to_vector_validity(vector, 0, this.valid.buffer, 0, this.valid.length)
    this.valid.fill(0xff)
    this.hasNull = false
  }
}

/** VARCHAR (UTF-8) or BLOB values. The bytes are not copied: they must stay as they are until the flush. */
export class BytesColumn implements ChunkColumn {
  private readonly values: (Uint8Array | null)[] = []

  set(row: number, bytes: Uint8Array): void {
    this.values[row] = bytes
  }

  setNull(row: number): void {
    this.values[row] = null
  }

  flush(chunk: DuckDBDataChunk, column: number, rows: number): void {
    const vector = duckdb.data_chunk_get_vector(chunk.chunk, column)
    const valid = new Uint8Array(chunkRows / 8).fill(0xff)
    for (let row = 0; row < rows; row++) {
      const bytes = this.values[row]
      if (bytes) duckdb.vector_assign_string_element_len(vector, row, bytes)
      else valid[row >> 3]! &= ~(1 << (row & 7))
    }
    duckdb.vector_ensure_validity_writable(vector)
    duckdb.copy_data_to_vector_validity(vector, 0, valid.buffer, 0, valid.length)
    this.values.length = 0
  }
}

/** Lists, structs and whatever else DuckDB's own client converts value by value. */
export class ValuesColumn implements ChunkColumn {
  private readonly values: DuckDBValue[] = []

  set(row: number, value: DuckDBValue): void {
    this.values[row] = value
  }

  setNull(row: number): void {
    this.values[row] = null
  }

  flush(chunk: DuckDBDataChunk, column: number, rows: number): void {
    chunk.setColumnValues(column, this.values.slice(0, rows))
    this.values.length = 0
  }
}

/** Bytes that a value of a type takes in a vector; null where it has no fixed width. */
export function fixedWidth(type: DuckDBType): number | null {
  switch (type.typeId) {
    case DuckDBTypeId.BOOLEAN:
    case DuckDBTypeId.TINYINT:
    case DuckDBTypeId.UTINYINT:
      return 1
    case DuckDBTypeId.SMALLINT:
    case DuckDBTypeId.USMALLINT:
      return 2
    case DuckDBTypeId.INTEGER:
    case DuckDBTypeId.UINTEGER:
    case DuckDBTypeId.FLOAT:
    case DuckDBTypeId.DATE:
      return 4
    case DuckDBTypeId.UUID:
    case DuckDBTypeId.HUGEINT:
    case DuckDBTypeId.UHUGEINT:
      return 16
    case DuckDBTypeId.VARCHAR:
    case DuckDBTypeId.BLOB:
    case DuckDBTypeId.LIST:
    case DuckDBTypeId.ARRAY:
    case DuckDBTypeId.STRUCT:
    case DuckDBTypeId.MAP:
      return null
    case DuckDBTypeId.DECIMAL: {
      const { width } = type as DuckDBType & { readonly width: number }
      return width <= 4 ? 2 : width <= 9 ? 4 : width <= 18 ? 8 : 16
    }
    default:
      return 8
  }
}
