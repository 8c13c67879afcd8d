/** The Temporal UI draws tables without any space between their columns. */
const gap = '\u00a0'.repeat(4)

/** Lines of a Markdown table of names and values, for a workflow's current details. */
export function detailsTable(cells: readonly (readonly [name: string, value: string | number])[]): string[] {
  return ['| | |', '| --- | ---: |', ...cells.map(([name, value]) => `| ${name}${gap} | ${value} |`)]
}
