import type { ProfileColumn, ProfileColumns } from '../profiles/profile-column'
import { columnOfCells, sampleCells } from '../profiles/sample-cells'

/**
 * The rows of several batches in one, in their order. All batches have the columns of the first.
 * @throws RangeError where one lacks a column, or has it of another type
 */
export function joinColumns(batches: readonly ProfileColumns[]): Map<string, ProfileColumn> {
  const joined = new Map<string, ProfileColumn>()
  for (const name of batches[0]?.keys() ?? []) {
    const cells = sampleCells(
      name,
      batches.map((columns, i) => {
        const column = columns.get(name)
        if (column === undefined) throw new RangeError(`batch ${i} has no column ${name}`)
        return column
      }),
    )
    joined.set(
      name,
      columnOfCells(
        cells,
        Uint32Array.from({ length: cells.values.length }, (_, row) => row),
      ),
    )
  }
  return joined
}
