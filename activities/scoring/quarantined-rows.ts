import type { RecordBatch } from 'apache-arrow'
import type { QuarantinedRow } from '../../schemas/run'
import { scanColumns } from '../data/scan-plan'
import { columnOf } from '../features/check-keys'
import type { RowFault } from '../features/row-faults'
import { valueAt } from './value-at'

/** Longer key values are cut: the row number names the row, too. */
const keyCharacters = 2_000

/** The faults of a scanned batch as they are reported, still without the raw rows. */
export function quarantinedRows(
  batch: RecordBatch,
  faults: readonly RowFault[],
  keyCount: number,
): QuarantinedRow[] {
  if (faults.length === 0) return []
  const rowNumbers = columnOf(batch, scanColumns.row).values as BigInt64Array
  const keys = Array.from({ length: keyCount }, (_, i) => columnOf(batch, scanColumns.key(i)))
  return faults.map(({ index, column, reason, detail }) => ({
    rowNumber: Number(rowNumbers[index]),
    key: keys.map((key) => keyText(valueAt(key, index))),
    column,
    reason,
    detail,
    raw: null,
  }))
}

/** A key's value as text that jsonb takes: NUL becomes its visible sign. */
function keyText(value: ReturnType<typeof valueAt>): string | null {
  if (value === null) return null
  const text = String(value)
  const cut =
    text.length > keyCharacters ? `${text.slice(0, keyCharacters)}… (${text.length} characters)` : text
  return cut.replaceAll('\0', '\u2400')
}
