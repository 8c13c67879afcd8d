import { DataType, type Data } from 'apache-arrow'
import { valueAt } from '../../scoring/value-at'
import type { TextColumn } from '../profiles/profile-column'
import { utf8Dictionary } from './utf8-columns'

/** A key or carried column as segments: its values as text; a row without a value belongs to no segment. */
export function segmentColumn(data: Data): TextColumn {
  if (DataType.isUtf8(data.type)) return utf8Dictionary(data)
  const codes = new Int32Array(data.length)
  const dictionary: string[] = []
  const known = new Map<string, number>()
  for (let row = 0; row < data.length; row += 1) {
    const value = valueAt(data, row)
    const text = value === null ? null : String(value)
    let code = text === null ? -1 : known.get(text)
    if (code === undefined) known.set(text!, (code = dictionary.push(text!) - 1))
    codes[row] = code
  }
  return { dictionary, codes }
}

/** @example segmentName('carrier', 'UA') // 'carrier=UA' */
export function segmentName(column: string, value: string): string {
  return `${column}=${value}`
}
