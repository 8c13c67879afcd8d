import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import {
  DuckDBArrayType,
  DuckDBBlobType,
  DuckDBListType,
  DuckDBStructType,
  DuckDBVarCharType,
  type DuckDBType,
} from '@duckdb/node-api'
import { chunkRows } from './chunk-columns'

/** Of chunks that were passed on: what may wait to be freed. A collection of the young objects takes about a millisecond. */
const waitingBytes = 16 * 1024 * 1024

/** Node has no other way to it in a process that is running already. */
const collectYoung = ((): ((options: { readonly type: 'minor' }) => void) => {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc') as ReturnType<() => () => void>
})()

/**
 * Frees the chunks of a stream while it goes on. A chunk's vectors lie outside of the heap and are freed when its object is
 * collected; the collector does not know of them, and lets hundreds of chunks wait: 300 columns of 500,000 rows took 797 MB, and
 * more with more rows; with this 314 MB, in as much time.
 * @param types of the stream's columns
 * @returns to be called for each chunk, once the one before it is no longer used
 */
export function chunkReclaim(types: readonly DuckDBType[]): () => void {
  const chunkBytes = chunkRows * types.reduce((sum, type) => sum + valueBytes(type), 0)
  let waiting = 0
  return () => {
    waiting += chunkBytes
    if (waiting < waitingBytes) return
    waiting = 0
    collectYoung({ type: 'minor' })
  }
}

/** About what a value takes in a vector: an array's length tells, of a text or a list nothing does. */
function valueBytes(type: DuckDBType): number {
  if (type instanceof DuckDBArrayType) return type.length * valueBytes(type.valueType)
  if (type instanceof DuckDBStructType)
    return type.entryTypes.reduce((sum, entry) => sum + valueBytes(entry), 0)
  if (type instanceof DuckDBListType) return 64 + 16 * valueBytes(type.valueType)
  return type instanceof DuckDBVarCharType || type instanceof DuckDBBlobType ? 64 : 8
}
