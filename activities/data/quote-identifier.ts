import { NightscoreError } from '../../schemas/errors'

/**
 * A name as a quoted SQL identifier, for Postgres and DuckDB alike: the one place where names enter SQL text.
 * @throws INPUT_INVALID for an empty name or one with NUL, which neither database takes
 * @example quoteIdentifier('We "ird"; drop') // "We ""ird""; drop"
 */
export function quoteIdentifier(name: string): string {
  if (name === '')
    throw new NightscoreError('INPUT_INVALID', { found: 'an empty name', expected: 'a column or table name' })
  return `"${withoutNul(name).replaceAll('"', '""')}"`
}

/**
 * A text as a SQL string literal, for DuckDB and for Postgres with standard_conforming_strings (its default): a
 * backslash stands for itself.
 * @throws INPUT_INVALID for a text with NUL
 */
export function quoteLiteral(text: string): string {
  return `'${withoutNul(text).replaceAll("'", "''")}'`
}

/** A table's name in its parts, unquoted. */
export interface TableName {
  readonly schema: string
  readonly table: string
}

const part = /"((?:[^"\0]|"")+)"|([^".\s\0]+)/y

/**
 * Takes `schema.table` or `table` (then in schema public) apart. As Postgres does it, a part without quotes folds its
 * ASCII letters to lower case, a quoted one stands as written.
 * @throws INPUT_INVALID where the text is no table name
 * @example parseTableName('"We ird"."x;y"') // { schema: 'We ird', table: 'x;y' }
 */
export function parseTableName(text: string): TableName {
  const parts: string[] = []
  let at = 0
  for (;;) {
    part.lastIndex = at
    const found = part.exec(text)
    if (!found) throw notATableName(text)
    const [whole, quoted, plain] = found
    parts.push(quoted?.replaceAll('""', '"') ?? plain!.replace(/[A-Z]/g, (letter) => letter.toLowerCase()))
    at += whole.length
    if (at === text.length) break
    if (text[at] !== '.') throw notATableName(text)
    at += 1
  }
  const [first, second, third] = parts
  if (first === undefined || third !== undefined) throw notATableName(text)
  return second === undefined ? { schema: 'public', table: first } : { schema: first, table: second }
}

function notATableName(text: string): NightscoreError {
  return new NightscoreError('INPUT_INVALID', {
    found: JSON.stringify(text),
    expected: 'table or schema.table, parts with dots, spaces or quotes in "double quotes"',
  })
}

function withoutNul(text: string): string {
  if (text.includes('\0'))
    throw new NightscoreError('INPUT_INVALID', {
      found: `${JSON.stringify(text)}, which holds the character NUL`,
      expected: 'text without NUL: SQL cannot hold it',
    })
  return text
}
