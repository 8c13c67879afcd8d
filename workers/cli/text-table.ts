/** A column of a table for people: numbers to the right, all else to the left. */
export interface TextColumn {
  readonly title: string
  readonly align?: 'left' | 'right'
}

/**
 * Rows under their titles, padded so that columns line up; no line ends in spaces.
 * @returns one line a row, the titles first
 */
export function textTable(columns: readonly TextColumn[], rows: readonly (readonly string[])[]): string[] {
  const lines = [columns.map((column) => column.title), ...rows.map((row) => row.map(oneLine))]
  const widths = columns.map((_, i) => Math.max(...lines.map((line) => Array.from(line[i] ?? '').length)))
  return lines.map((line) =>
    columns
      .map(({ align }, i) => pad(line[i] ?? '', widths[i] ?? 0, align ?? 'left'))
      .join('  ')
      .trimEnd(),
  )
}

function pad(text: string, width: number, align: 'left' | 'right'): string {
  const space = ' '.repeat(Math.max(0, width - Array.from(text).length))
  return align === 'right' ? space + text : text + space
}

/** A value of a user's table may hold line breaks and control characters: shown escaped, or it would break the table. */
function oneLine(text: string): string {
  return text.replace(/\p{Cc}/gu, (character) => JSON.stringify(character).slice(1, -1))
}
