import type { DuckDBDataChunk, DuckDBPreparedStatement } from '@duckdb/node-api'
import { chunkReclaim } from './chunk-reclaim'
import { quoteIdentifier } from './quote-identifier'

const last = quoteIdentifier('nightscore: last row')

/**
 * The chunks of a query, all of them: with one column more at the end, which is not for the reader. DuckDB's client tells no
 * error once the first rows of a stream were fetched; the stream just ends, as if there were no more. So a row of our own
 * comes last, and a stream that ends without it is run again as one number, where an error is told.
 * @param prepare prepares a statement with its parameters bound
 * @throws DuckDB's error, whichever row it comes from
 */
export async function* wholeStream(
  prepare: (sql: string) => Promise<DuckDBPreparedStatement>,
  sql: string,
  signal?: AbortSignal,
): AsyncGenerator<DuckDBDataChunk, void, undefined> {
  const marked = `FROM (SELECT *, false AS ${last} FROM (\n${sql}\n)) UNION ALL BY NAME SELECT true AS ${last}`
  const result = await (await prepare(marked)).stream()
  const reclaim = chunkReclaim(result.columnTypes())
  for (;;) {
    signal?.throwIfAborted()
    const chunk = await result.fetchChunk()
    if (!chunk || chunk.rowCount === 0) break
    if (isLast(chunk)) return
    yield chunk
    reclaim()
  }
  signal?.throwIfAborted() // it was interrupted
  await (await prepare(`SELECT max(hash(found)) FROM (\n${sql}\n) AS found`)).run()
  throw new Error('DuckDB ended a query before its last row and gives no reason')
}

/** A row of a union's second part stands in a chunk of its own. */
function isLast(chunk: DuckDBDataChunk): boolean {
  return chunk.rowCount === 1 && chunk.getColumnVector(chunk.columnCount - 1).getItem(0) === true
}
