import type { ColumnSize, SourceFile } from './source'

/** What reading a batch's files costs, for the columns that are read; 0: not known. */
export interface ReadCost {
  /** Bytes of a row, decoded: of the file with the widest. */
  readonly rowBytes: number
  /** Bytes that one reader of one file holds at a time: a page of each column, packed and unpacked. */
  readonly readerBytes: number
}

/**
 * What it costs to read the columns that `sql` names. A name that occurs in a text by chance counts too: the cost is an upper bound.
 * @param sql the user's expressions, keys and carried columns
 */
export function readCost(files: readonly SourceFile[], sql: readonly string[]): ReadCost {
  const text = sql.join('\n').toLowerCase()
  const isRead = ({ name }: ColumnSize): boolean => text.includes(name.toLowerCase().replaceAll('"', '""'))
  let [rowBytes, readerBytes] = [0, 0]
  for (const { columns = [] } of files) {
    const read = columns.filter(isRead)
    rowBytes = Math.max(rowBytes, total(read.map((column) => column.rowBytes)))
    readerBytes = Math.max(readerBytes, total(read.map((column) => column.pageBytes)))
  }
  return { rowBytes, readerBytes }
}

const total = (bytes: readonly number[]): number => bytes.reduce((sum, more) => sum + more, 0)
