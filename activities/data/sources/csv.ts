import { NightscoreError } from '../../../schemas/errors'
import { duckdbError } from '../duckdb-error'
import { quoteLiteral } from '../quote-identifier'
import { withLocalInputs } from '../s3/local-inputs'
import { escapeGlob } from '../sandbox'
import type { Source } from '../source'
import { fileIdentity } from '../source-file'
import { stage } from '../staging'

export interface CsvOptions {
  readonly path: string
  /** DuckDB types by column name; the others are inferred from all rows of all files. */
  readonly columns?: Readonly<Record<string, string>> | undefined
  /** Default: a comma. */
  readonly delimiter?: string | undefined
}

/** The longest line that is read; DuckDB keeps 16 of them in memory. */
const longestLineBytes = 32 * 1024 * 1024

/**
 * CSV files with a header line (RFC 4180, UTF-8), staged as one Parquet file. An unquoted empty field is null, a quoted
 * one an empty string. Hive folder names are columns.
 */
export function csvSource(options: CsvOptions): Source {
  return {
    async files(scope) {
      const { onProgress, signal } = scope
      return withLocalInputs(options.path, scope, async ({ files, roots }) => {
        const paths = files.map(({ path }) => path)
        for (const path of paths)
          if ((await fileIdentity(path)).sizeBytes === 0) throw unreadableCsv(path, 'zero bytes')
        return stage(scope, roots, async (staging) => {
          try {
            const file = await staging.write(`FROM ${readCsv(paths, options)}`)
            onProgress(file.rowGroups.reduce((sum, rows) => sum + rows, 0))
            return [file]
          } catch (cause) {
            signal.throwIfAborted()
            throw cause instanceof NightscoreError ? cause : csvError(paths, cause)
          }
        })
      })
    },
  }
}

function readCsv(paths: readonly string[], { columns = {}, delimiter = ',' }: CsvOptions): string {
  const types = Object.entries(columns).map(([name, type]) => `${quoteLiteral(name)}: ${quoteLiteral(type)}`)
  const options = [
    // fixed, not guessed: DuckDB skips lines until its guess fits
    `header = true, delim = ${quoteLiteral(delimiter)}, quote = '"', escape = '"', skip = 0, comment = '', strict_mode = true`,
    `nullstr = '', allow_quoted_nulls = false`,
    `sample_size = -1, files_to_sniff = -1, max_line_size = ${longestLineBytes}`,
    `hive_partitioning = true, hive_types_autocast = false`,
    ...(types.length > 0 ? [`types = {${types.join(', ')}}`] : []),
  ]
  return `read_csv([${paths.map((path) => quoteLiteral(escapeGlob(path))).join(', ')}], ${options.join(', ')})`
}

function csvError(paths: readonly string[], cause: unknown): NightscoreError {
  const { message } = duckdbError(cause)
  if (/schema mismatch (between|in) glob/i.test(message))
    return new NightscoreError('SOURCE_SCHEMAS_DIFFER', {
      found: shortened(message),
      expected: 'the same columns in each file',
      cause,
    })
  if (/^COLUMN_TYPES error|^Type with name/.test(message))
    return new NightscoreError('JOB_INVALID', {
      found: `csv.columns: ${message}`,
      expected: 'columns of the file, with types of DuckDB',
      cause,
    })
  const named = paths.find((path) => message.includes(path)) ?? paths.join(', ')
  return unreadableCsv(named, shortened(message), cause)
}

/** DuckDB's message without its advice, which names options that jobs do not have, and without a whole long line. */
function shortened(message: string): string {
  const [told] = message.split(/\n\s*(?:Possible (?:Solution|[Ff]ix)|Potential Fixes|If you are trying)/)
  return told!.replace(/\s*\n\s*/g, '; ').slice(0, 500)
}

function unreadableCsv(path: string, why: string, cause?: unknown): NightscoreError {
  return new NightscoreError('SOURCE_FILE_UNREADABLE', {
    found: `${path}: ${why}`,
    expected: 'CSV in UTF-8 with a header line and as many fields in each line',
    cause,
  })
}
