import { quotePath, type Sandbox } from './sandbox'
import type { ColumnSize } from './source'

/** Bytes of a decoded value, by Parquet's physical type; of texts the file tells. */
const valueBytes: Readonly<Record<string, number>> = {
  BOOLEAN: 1,
  INT32: 4,
  FLOAT: 4,
  INT64: 8,
  DOUBLE: 8,
  INT96: 12,
}

/** Of texts and bytes: what DuckDB keeps beside the characters. */
const textBytes = 16

/** These writers end a page at 1 MiB of values. Others, DuckDB among them, write a column of a row group as one page. */
const writersOfSmallPages = /^(parquet-(cpp|mr|rs|go)|polars|impala)/i
const smallPageBytes = 1 << 20

/** The sizes of a Parquet file's columns, from its footer: what is within a column (of lists and structs) counts to it. */
export async function columnSizes(
  sandbox: Sandbox,
  path: string,
  options: { readonly rows: number; readonly signal?: AbortSignal },
): Promise<ColumnSize[]> {
  const query = options.signal ? { signal: options.signal } : {}
  const [file] = await sandbox.rows(`SELECT created_by FROM parquet_file_metadata(${quotePath(path)})`, query)
  const leaves = await sandbox.rows(
    `SELECT split_part(path_in_schema, ', ', 1) AS name, type, sum(num_values)::DOUBLE AS "values",
            sum(total_uncompressed_size)::DOUBLE AS unpacked,
            max(total_compressed_size)::DOUBLE AS packed_chunk, max(total_uncompressed_size)::DOUBLE AS unpacked_chunk
     FROM parquet_metadata(${quotePath(path)}) GROUP BY path_in_schema, type, name ORDER BY min(column_id)`,
    query,
  )
  const pageBytes = writersOfSmallPages.test(String(file?.['created_by'])) ? smallPageBytes : Infinity
  const sizes = new Map<string, ColumnSize>()
  for (const leaf of leaves) {
    const name = String(leaf['name'])
    const [values, unpacked, packedChunk, unpackedChunk] = [
      'values',
      'unpacked',
      'packed_chunk',
      'unpacked_chunk',
    ].map((field) => Number(leaf[field])) as [number, number, number, number]
    const fixed = valueBytes[String(leaf['type'])]
    const decoded = fixed === undefined ? unpacked + textBytes * values : fixed * values
    const before = sizes.get(name) ?? { name, rowBytes: 0, pageBytes: 0 }
    sizes.set(name, {
      name,
      rowBytes: before.rowBytes + decoded / Math.max(1, options.rows),
      pageBytes: before.pageBytes + Math.min(packedChunk, pageBytes) + Math.min(unpackedChunk, pageBytes),
    })
  }
  return [...sizes.values()]
}
