/** What of a DuckDB error people need: its kind (Binder, Conversion, IO ...) and the message without the SQL's excerpt. */
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
  // the excerpt shows our own SQL around the user's expression
  return { kind: kind ?? '', message: (message ?? text).split(/\n\s*\n?LINE \d+:/)[0]!.trim() }
}
