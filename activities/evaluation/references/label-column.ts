import type { Data } from 'apache-arrow'
import { NightscoreError } from '../../../schemas/errors'
import type { ModelManifest } from '../../../schemas/model-manifest'
import { valueAt, type PlainValue } from '../../scoring/value-at'
import type { ProfileColumn } from '../profiles/profile-column'

/**
 * A file's column of labels as it is profiled: of a binary model the texts false and true (from a boolean or 0 and 1, also as text), of a
 * multiclass model the class as text, of a regression the number.
 * @param file for the message
 * @returns null for raw models, which have no label
 * @throws NightscoreError REFERENCE_INVALID where a value is no label of the task
 */
export function labelColumn(data: Data, task: ModelManifest['task'], file: string): ProfileColumn | null {
  switch (task) {
    case 'raw':
      return null
    case 'regression':
      return numbers(data, file)
    case 'binary':
      return texts(data, (value, row) => {
        const text = String(value).trim().toLowerCase()
        if (text === 'true' || text === '1') return 'true'
        if (text === 'false' || text === '0') return 'false'
        throw invalid(file, row, value, 'a boolean, or 0 and 1')
      })
    case 'multiclass':
      return texts(data, String)
  }
}

type Label = Exclude<PlainValue, null>

function texts(data: Data, toText: (value: Label, row: number) => string): ProfileColumn {
  const codeOf = new Map<string, number>()
  const codes = Int32Array.from({ length: data.length }, (_, row) => {
    const value = valueAt(data, row)
    if (value === null || Number.isNaN(value)) return -1
    const text = toText(value, row)
    let code = codeOf.get(text)
    if (code === undefined) codeOf.set(text, (code = codeOf.size))
    return code
  })
  return { dictionary: [...codeOf.keys()], codes }
}

function numbers(data: Data, file: string): ProfileColumn {
  const validity = new Uint8Array((data.length + 7) >> 3)
  const values = Float64Array.from({ length: data.length }, (_, row) => {
    const value = valueAt(data, row)
    if (value === null || Number.isNaN(value)) return 0
    const number = Number(value)
    if (Number.isNaN(number)) throw invalid(file, row, value, 'a number')
    validity[row >> 3]! |= 1 << (row & 7)
    return number
  })
  return { values, validity }
}

function invalid(file: string, row: number, value: Label, expected: string): NightscoreError {
  return new NightscoreError('REFERENCE_INVALID', {
    found: `label ${String(value)} in row ${row} (from 0) of ${file}`,
    expected: `${expected}, or null`,
  })
}
