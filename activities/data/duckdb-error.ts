/** What of a DuckDB error people need: its kind (Binder, Conversion, IO ...) and the message without the SQL's excerpt, on one line. */
export interface DuckDBError {
  readonly kind: string
  readonly message: string
}

/** Takes an error's text apart: "Conversion Error: Could not ...\n\nLINE 1: ...". */
export function duckdbError(error: unknown): DuckDBError {
  // DuckDB's errors come from native code: within Jest they are instances of another Error
  const { message: told } = error as { readonly message?: unknown }
  const text = typeof told === 'string' ? told : String(error)
  const [, kind, message] = /^([A-Za-z][A-Za-z ]*?) Error: ([^]*)$/.exec(text) ?? []
  // the excerpt shows our own SQL around the user's expression; candidates can be a page of signatures
  const [first] = (message ?? text).split(/\n\s*(?:LINE \d+:|Candidate functions:)/)
  return { kind: kind ?? '', message: first!.trim().replace(/\s*\n\s*/g, ' ') }
}
