import { hasValue } from '../stats/number-column'
import type { ProfileColumn } from '../profiles/profile-column'

/** The values of some rows, in the order given. */
export function takeColumn(column: ProfileColumn, rows: Int32Array): ProfileColumn {
  if ('codes' in column) {
    const codes = new Int32Array(rows.length)
    for (let i = 0; i < rows.length; i += 1) codes[i] = column.codes[rows[i]!]!
    return { dictionary: column.dictionary, codes }
  }
  const { values, validity, bitOffset = 0 } = column
  const taken = new (values.constructor as Float64ArrayConstructor)(rows.length)
  for (let i = 0; i < rows.length; i += 1) taken[i] = values[rows[i]!]!
  if (validity === undefined) return { values: taken }
  const present = new Uint8Array((rows.length + 7) >> 3)
  for (let i = 0; i < rows.length; i += 1)
    if (hasValue(validity, bitOffset + rows[i]!)) present[i >> 3]! |= 1 << (i & 7)
  return { values: taken, validity: present }
}
