import type { DuckDBDataChunk } from '@duckdb/node-api'
import duckdb from '@duckdb/node-bindings'
import type { Sandbox } from '../../data/sandbox'

/** Typed arrays by the DuckDB type that a column of a query has. */
interface TypedArrays {
  readonly DOUBLE: Float64Array
  readonly UBIGINT: BigUint64Array
  readonly INTEGER: Int32Array
  readonly UTINYINT: Uint8Array
}
type TypeName = keyof TypedArrays

const makers: { readonly [T in TypeName]: new (buffer: ArrayBuffer) => TypedArrays[T] } = {
  DOUBLE: Float64Array,
  UBIGINT: BigUint64Array,
  INTEGER: Int32Array,
  UTINYINT: Uint8Array,
}
const widths: Readonly<Record<TypeName, number>> = { DOUBLE: 8, UBIGINT: 8, INTEGER: 4, UTINYINT: 1 }

/** A column of a query: SQL that is never null, and the type that its value is cast to. */
export interface TypedSelect {
  readonly sql: string
  readonly type: TypeName
  /** The value is a list of so many: they follow one another, row by row. */
  readonly size?: number
}

/** The arrays of each select. */
export type TypedColumns<S extends Readonly<Record<string, TypedSelect>>> = {
  readonly [Name in keyof S]: TypedArrays[S[Name]['type']]
}

/** Rows of a batch: enough that what is done for each batch does not count, few enough for their memory not to. */
const batchRows = 1 << 18

/** All rows of a relation as typed arrays, streamed: memory holds the arrays and a few chunks of 2,048 rows. */
export async function readTypedColumns<S extends Readonly<Record<string, TypedSelect>>>(
  sandbox: Sandbox,
  relation: string,
  selects: S,
): Promise<TypedColumns<S>> {
  const [counted] = await sandbox.rows(`SELECT count(*) AS rows FROM ${relation}`)
  const rows = Number(counted?.['rows'] ?? 0)
  for await (const columns of typedBatches(sandbox, relation, selects, rows)) return columns
  return new Columns(selects, 0).take()
}

/** The rows of a relation as typed arrays of at most `rows` rows each, the last ones shorter. */
export async function* typedBatches<S extends Readonly<Record<string, TypedSelect>>>(
  sandbox: Sandbox,
  relation: string,
  selects: S,
  rows = batchRows,
): AsyncGenerator<TypedColumns<S>, void, undefined> {
  const query = `SELECT ${Object.values(selects).map(castOf).join(', ')} FROM ${relation}`
  let columns = new Columns(selects, rows)
  for await (const chunk of sandbox.stream(query))
    for (let from = 0; from < chunk.rowCount;) {
      from += columns.append(chunk, from)
      if (columns.filled < rows) continue
      yield columns.take()
      columns = new Columns(selects, rows)
    }
  if (columns.filled > 0) yield columns.take()
}

function castOf({ sql, type, size }: TypedSelect): string {
  return `CAST(${sql} AS ${type}${size === undefined ? '' : `[${size}]`})`
}

/** Arrays that are being filled. */
class Columns<S extends Readonly<Record<string, TypedSelect>>> {
  filled = 0
  private readonly parts: readonly (TypedSelect & {
    name: string
    width: number
    bytes: Uint8Array<ArrayBuffer>
  })[]

  constructor(
    selects: S,
    private readonly rows: number,
  ) {
    this.parts = Object.entries(selects).map(([name, select]) => {
      const width = widths[select.type] * (select.size ?? 1)
      return { ...select, name, width, bytes: new Uint8Array(rows * width) }
    })
  }

  /** Takes rows of a chunk from `from` on, as many as there is room for; returns how many. */
  append(chunk: DuckDBDataChunk, from: number): number {
    const count = Math.min(chunk.rowCount - from, this.rows - this.filled)
    this.parts.forEach(({ width, size, bytes }, i) => {
      const vector = duckdb.data_chunk_get_vector(chunk.chunk, i)
      const values = size === undefined ? vector : duckdb.array_vector_get_child(vector)
      const found = duckdb.vector_get_data(values, chunk.rowCount * width)
      bytes.set(found.subarray(from * width, (from + count) * width), this.filled * width)
    })
    this.filled += count
    return count
  }

  take(): TypedColumns<S> {
    const arrays = this.parts.map(({ name, type, width, bytes }) => {
      const whole = this.filled === this.rows ? bytes : bytes.slice(0, this.filled * width)
      return [name, new makers[type](whole.buffer)] as const
    })
    return Object.fromEntries(arrays) as TypedColumns<S>
  }
}
