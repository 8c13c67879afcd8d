/** A Postgres query made ready to be embedded in another: one statement, $batch replaced. */
export interface BoundQuery {
  readonly sql: string
  /** The offset (UTF-16) in the user's own text that an offset in `sql` stands for. */
  readonly toOriginal: (offset: number) => number
}

/**
 * What Postgres reads as one piece that $ and ; mean nothing in: strings ('', E'' with backslashes, U&''), quoted
 * names, dollar-quoted strings, comments. Block comments nest, so a regular expression finds only where they begin.
 */
const opaque =
  /'(?:[^']|'')*(?:'|$)|"(?:[^"]|"")*(?:"|$)|--[^\n]*|\$(?:[A-Za-z_\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]*)?\$|\/\*/y
const escapeString = /[eE]'(?:[^'\\]|''|\\[^])*(?:'|$)/y
/** A name takes its $ with it: x$batch is a column. */
const word = /[A-Za-z_\u0080-\uffff][A-Za-z0-9_$\u0080-\uffff]*/y
const batchParameter = /\$batch(?![A-Za-z0-9_$\u0080-\uffff])/y

/**
 * Replaces $batch outside of strings and comments by `replacement`, and cuts off semicolons at the end. Pure text: that
 * it is one statement and reads only is for Postgres to judge.
 */
export function bindBatch(query: string, replacement: string): BoundQuery {
  const pieces: string[] = []
  const places: number[] = []
  let copied = 0
  let end = query.length
  let onlySpaceSince: number | null = null
  for (let at = 0; at < query.length;) {
    const next = endOfPiece(query, at)
    if (next !== null) {
      if (!isComment(query, at)) onlySpaceSince = null
      at = next
    } else if (matchAt(batchParameter, query, at)) {
      pieces.push(query.slice(copied, at), replacement)
      places.push(at)
      copied = at + '$batch'.length
      at = copied
      onlySpaceSince = null
    } else {
      if (query[at] === ';') onlySpaceSince ??= at
      else if (!/\s/.test(query[at]!)) onlySpaceSince = null
      at += 1
    }
  }
  if (onlySpaceSince !== null) end = onlySpaceSince
  pieces.push(query.slice(copied, end))
  const longer = replacement.length - '$batch'.length
  const toOriginal = (offset: number): number => {
    let shift = 0
    for (const place of places) {
      if (offset < place + shift) break
      if (offset < place + shift + replacement.length) return place
      shift += longer
    }
    return offset - shift
  }
  return { sql: pieces.join(''), toOriginal }
}

function endOfPiece(query: string, at: number): number | null {
  const escaped = matchAt(escapeString, query, at)
  if (escaped) return at + escaped.length
  const name = matchAt(word, query, at)
  if (name) return at + name.length
  const found = matchAt(opaque, query, at)
  if (!found) return null
  if (found === '/*') return endOfComment(query, at)
  if (!found.startsWith('$')) return at + found.length
  const close = query.indexOf(found, at + found.length)
  return close < 0 ? query.length : close + found.length
}

function endOfComment(query: string, start: number): number {
  let depth = 0
  let at = start
  do {
    if (query.startsWith('/*', at)) {
      depth += 1
      at += 2
    } else if (query.startsWith('*/', at)) {
      depth -= 1
      at += 2
    } else at += 1
  } while (depth > 0 && at < query.length)
  return at
}

function isComment(query: string, at: number): boolean {
  return query.startsWith('--', at) || query.startsWith('/*', at)
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0]
}

/** Line and column, both from 1, of an offset. */
export function lineAndColumn(
  text: string,
  offset: number,
): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset).split('\n')
  return { line: before.length, column: before.at(-1)!.length + 1 }
}
