import { DataType, type Data, type RecordBatch } from 'apache-arrow'
import type { Column } from '../../../schemas/column'
import type { ModelFeature, ModelManifest } from '../../../schemas/model-manifest'
import { bitAt, validityOf } from '../../data/sinks/arrow-form'
import { scanColumns } from '../../data/scan-plan'
import { textAt } from '../../features/arrow-buffers'
import { columnOf } from '../../features/check-keys'
import { listLengths } from '../profiles/list-lengths'
import type { ProfileColumn, TextColumn } from '../profiles/profile-column'
import { profileKey, type ProfileScope } from '../profiles/profile-key'
import type { NumberColumn } from '../stats/number-column'
import { utf8Dictionary, utf8Lengths } from './utf8-columns'

/** A batch's scored rows: their places in the scanned batch, ascending, and a value of each prediction column for each. */
export interface ScoredRows {
  readonly rows: Int32Array
  readonly predictions: readonly Data[]
}

/**
 * A scanned batch as columns to profile, all of its rows: each feature after its SQL and the cast, before missing values are
 * filled and categories coded; each prediction, missing in the rows that were not scored. Free text becomes its length and
 * whether it is empty, lists their length and norm, booleans the texts false and true. Arrays of probabilities are left out:
 * the top class and its probability stand for them.
 * @returns by profileKey
 */
export function batchColumns(
  scanned: RecordBatch,
  scored: ScoredRows,
  { manifest, predictions }: { readonly manifest: ModelManifest; readonly predictions: readonly Column[] },
): Map<string, ProfileColumn> {
  const columns = new Map<string, ProfileColumn>()
  const put = (scope: ProfileScope, name: string, column: ProfileColumn): void => {
    columns.set(profileKey(scope, name), column)
  }
  manifest.features.forEach((feature, i) => {
    for (const [suffix, column] of featureColumns(scanned, feature, i))
      put('feature', feature.name + suffix, column)
  })
  predictions.forEach(({ name }, i) => {
    const all = scored.rows.length === scanned.numRows ? null : scored.rows
    for (const [suffix, column] of predictionColumns(manifest, scored.predictions[i]!))
      put('prediction', name + suffix, all ? spread(column, all, scanned.numRows) : column)
  })
  return columns
}

type Named = readonly (readonly [suffix: string, ProfileColumn])[]

function featureColumns(scanned: RecordBatch, feature: ModelFeature, i: number): Named {
  const data = columnOf(scanned, scanColumns.feature(i))
  switch (feature.type) {
    case 'number':
      return [['', numbers(data)]]
    case 'boolean':
      return [['', booleans(data)]]
    case 'text':
      return ofText(data)
    case 'category':
      return [['', categories(scanned, data, feature.categories, i)]]
    case 'list':
      return ofList(
        data,
        Int32Array.from({ length: data.length + 1 }, (_, row) => row * feature.length),
      )
  }
}

function predictionColumns({ task }: ModelManifest, data: Data): Named {
  if (DataType.isBool(data.type)) return [['', booleans(data)]]
  if (DataType.isUtf8(data.type)) return task === 'multiclass' ? [['', utf8Dictionary(data)]] : ofText(data)
  if (!DataType.isList(data.type)) return [['', numbers(data)]]
  const isNumeric = DataType.isFloat(data.type.valueType) || DataType.isInt(data.type.valueType)
  return task === 'raw' && isNumeric ? ofList(data, data.valueOffsets as Int32Array) : []
}

function ofText(data: Data): Named {
  const { length, empty } = utf8Lengths(data)
  return [
    ['.length', length],
    ['.empty', empty],
  ]
}

function ofList(data: Data, offsets: Int32Array): Named {
  const elements = data.children[0]!
  if (!DataType.isFloat(elements.type) && !DataType.isInt(elements.type)) return []
  const { length, norm } = listLengths({ offsets, elements: numbers(elements), ...validityIn(data) })
  return [
    ['.length', length],
    ['.norm', norm],
  ]
}

function validityIn(data: Data): Pick<NumberColumn, 'validity' | 'bitOffset'> {
  const validity = validityOf(data)
  return validity ? { validity, bitOffset: data.offset } : {}
}

function numbers(data: Data): NumberColumn {
  // a vector's buffer may be longer than the vector
  const values = (data.values as Float64Array | BigInt64Array).subarray(0, data.length)
  if (DataType.isBool(data.type))
    return {
      values: Int32Array.from({ length: data.length }, (_, row) => bit(data, row)),
      ...validityIn(data),
    }
  return {
    values: values instanceof BigInt64Array ? Float64Array.from(values, Number) : values,
    ...validityIn(data),
  }
}

const bit = (data: Data, row: number): number => (bitAt(data.values as Uint8Array, data.offset + row) ? 1 : 0)

function booleans(data: Data): TextColumn {
  const validity = validityOf(data)
  const codes = new Int32Array(data.length)
  if (DataType.isBool(data.type)) {
    const bits = data.values as Uint8Array
    for (let row = 0, at = data.offset; row < codes.length; row += 1, at += 1)
      codes[row] = (bits[at >> 3]! >> (at & 7)) & 1
  } else codes.set(Array.from(data.values as ArrayLike<number | bigint>, Number).slice(0, codes.length))
  if (validity)
    for (let row = 0; row < codes.length; row += 1) if (!bitAt(validity, data.offset + row)) codes[row] = -1
  return { dictionary: ['false', 'true'], codes }
}

/** Codes of the model's categories; a value that is none of them is there as text, in rows of code -1. */
function categories(scanned: RecordBatch, data: Data, known: readonly string[], i: number): TextColumn {
  const isText = DataType.isUtf8(data.type)
  const coded = isText ? columnOf(scanned, scanColumns.code(i)) : data
  const others = isText ? data : columnOf(scanned, scanColumns.other(i))
  const validity = validityOf(coded)
  const found = coded.values as Int32Array
  const codes = new Int32Array(coded.length)
  const dictionary = [...known]
  const codeOfOther = new Map<string, number>()
  for (let row = 0; row < coded.length; row += 1) {
    const isThere = !validity || bitAt(validity, coded.offset + row)
    if (!isThere) codes[row] = -1
    else if (found[row]! >= 0) codes[row] = found[row]!
    else {
      const text = textAt(others, row)
      let code = codeOfOther.get(text)
      if (code === undefined) codeOfOther.set(text, (code = dictionary.push(text) - 1))
      codes[row] = code
    }
  }
  return { dictionary, codes }
}

/** Values of some rows among all: missing in the others. */
function spread(column: ProfileColumn, rows: Int32Array, all: number): ProfileColumn {
  if ('codes' in column) {
    const codes = new Int32Array(all).fill(-1)
    for (let i = 0; i < rows.length; i += 1) codes[rows[i]!] = column.codes[i]!
    return { dictionary: column.dictionary, codes }
  }
  const { values, validity, bitOffset = 0 } = column
  const spreadValues = new Float64Array(all)
  const present = new Uint8Array((all + 7) >> 3)
  for (let i = 0; i < rows.length; i += 1) {
    if (validity && !bitAt(validity, bitOffset + i)) continue
    const row = rows[i]!
    spreadValues[row] = values[i]!
    present[row >> 3]! |= 1 << (row & 7)
  }
  return { values: spreadValues, validity: present }
}
