import { quoteIdentifier } from './quote-identifier'
import type { Sandbox } from './sandbox'
import { parquetRelation, rowNumberColumn } from './scan-sql'
import type { SourceFile } from './source'

export interface RawRowsOptions {
  readonly sandbox: Sandbox
  readonly file: Pick<SourceFile, 'path'>
  readonly rowNumbers: readonly number[]
  readonly signal?: AbortSignal
}

const rawBytesAtMost = 64 * 1024
const startCharacters = 1000

/**
 * Rows of a file as JSON text that Postgres takes as jsonb: every column by name, all digits of a number kept. NaN and
 * infinities become text; a NUL, which jsonb cannot hold, is shown as the six characters \u0000. A row of over 64 KB
 * becomes {"truncated": true, "starts": its first 1,000 characters}.
 * @returns row number -> JSON
 */
export async function rawRows({
  sandbox,
  file,
  rowNumbers,
  signal,
}: RawRowsOptions): Promise<Map<number, string>> {
  if (rowNumbers.length === 0) return new Map()
  const options = signal ? { signal } : {}
  const columns = await sandbox.rows(
    `DESCRIBE SELECT * FROM ${parquetRelation(file.path, { rowNumber: false })}`,
    options,
  )
  const packed = columns.map(
    ({ column_name: name }) => `${quoteIdentifier(String(name))} := source.${quoteIdentifier(String(name))}`,
  )
  // the bounds let DuckDB skip row groups; the list alone does not
  const rows = await sandbox.rows(
    `SELECT n, strlen(j) > ${rawBytesAtMost} AS truncated, CASE WHEN strlen(j) > ${rawBytesAtMost} THEN left(j, ${startCharacters}) ELSE j END AS j
      FROM (SELECT source.${rowNumberColumn} AS n, CAST(to_json(struct_pack(${packed.join(', ')})) AS VARCHAR) AS j
      FROM ${parquetRelation(file.path, { rowNumber: true })}
      WHERE source.${rowNumberColumn} IN (${rowNumbers.join(', ')})
        AND source.${rowNumberColumn} BETWEEN ${Math.min(...rowNumbers)} AND ${Math.max(...rowNumbers)})`,
    options,
  )
  return new Map(
    rows.map(({ n, truncated, j }) => [
      Number(n),
      truncated === true
        ? JSON.stringify({ truncated: true, starts: withoutNul(String(j)) })
        : toJsonb(String(j)),
    ]),
  )
}

/** DuckDB writes NaN and Infinity as bare words, which is not JSON. */
function toJsonb(json: string): string {
  return json.replace(/"(?:[^"\\]|\\.)*"|NaN|-?Infinity/g, (token) =>
    token.startsWith('"') ? escapeNul(token) : `"${token}"`,
  )
}

/** Within a JSON string: an escaped NUL (after any number of escaped backslashes) gets its own backslash escaped. */
function escapeNul(text: string): string {
  return text.replace(/\\(?:u0000|.)/g, (escape) => (escape === '\\u0000' ? '\\\\u0000' : escape))
}

function withoutNul(text: string): string {
  return text.replaceAll('\0', '\\u0000')
}
