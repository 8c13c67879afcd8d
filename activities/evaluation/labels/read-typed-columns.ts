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

/**
 * Reads columns of a relation as typed arrays, streamed: memory holds the arrays and a few chunks of 2,048 rows.
 * @param rows of the relation; more or fewer are an error
 * @throws RangeError where the relation has another number of rows
 */
export async function readTypedColumns<S extends Readonly<Record<string, TypedSelect>>>(
  sandbox: Sandbox,
  relation: string,
  selects: S,
  rows: number,
  signal?: AbortSignal,
): Promise<TypedColumns<S>> {
  const columns = Object.entries(selects).map(([name, { sql, type, size }]) => {
    const width = widths[type] * (size ?? 1)
    const bytes = new Uint8Array(rows * width)
    const cast = `CAST(${sql} AS ${type}${size === undefined ? '' : `[${size}]`})`
    return { name, sql: cast, type, width, isList: size !== undefined, bytes }
  })
  const query = `SELECT ${columns.map(({ sql }) => sql).join(', ')} FROM ${relation}`
  let filled = 0
  for await (const chunk of sandbox.stream(query, signal ? { signal } : {})) {
    const count = chunk.rowCount
    if (filled + count > rows) throw new RangeError(`${relation} has more than the ${rows} rows expected`)
    columns.forEach(({ width, isList, bytes }, i) => {
      const vector = duckdb.data_chunk_get_vector(chunk.chunk, i)
      const values = isList ? duckdb.array_vector_get_child(vector) : vector
      bytes.set(duckdb.vector_get_data(values, count * width), filled * width)
    })
    filled += count
  }
  if (filled !== rows) throw new RangeError(`${relation} has ${filled} rows, expected are ${rows}`)
  const arrays = columns.map(({ name, type, bytes }) => [name, new makers[type](bytes.buffer)] as const)
  return Object.fromEntries(arrays) as TypedColumns<S>
}
