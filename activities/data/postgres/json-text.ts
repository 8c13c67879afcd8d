/** An escape of JSON, so that the backslash of an escaped backslash begins none. */
const escapes = /\\(?:u0000|ud[89a-f][0-9a-f]{2}|.)/g

/**
 * A value as JSON that Postgres takes for jsonb: the character NUL and halves of surrogate pairs, which it refuses and texts of
 * sources may hold, become U+FFFD.
 */
export function jsonText(value: object): string {
  return JSON.stringify(value).replace(escapes, (escape) => (escape.length > 2 ? '�' : escape))
}
