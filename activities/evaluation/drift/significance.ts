/** Fewer rows on a side are shown, not judged. */
export const rowsAtLeast = 200

/** A number warns or fails only where the q value of its test is under this. */
export const qBelow = 0.01

/** Why a comparison of so many rows is not judged; null: it is. */
export function tooFewRows(nReference: number, nCurrent: number): string | null {
  return nReference < rowsAtLeast || nCurrent < rowsAtLeast
    ? `${nReference} reference and ${nCurrent} current rows, needed are ${rowsAtLeast} each`
    : null
}
