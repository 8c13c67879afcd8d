import type { Column } from '../../../schemas/column'
import { NightscoreError } from '../../../schemas/errors'

/** The error for a value that the column's Postgres type cannot hold. `found` and `expected` as people write them. */
export function refuseValue(column: Column, found: string, expected: string): NightscoreError {
  return new NightscoreError('VALUE_NOT_STORABLE', {
    found: `${found} in column "${column.name}"`,
    expected: `${column.type}: ${expected}`,
  })
}
