import type { Data } from 'apache-arrow'
import type { ModelFeature } from '../../schemas/model-manifest'
import { bitAt, validityOf } from '../data/sinks/arrow-form'
import { setNumber } from './set-number'
import { shorten } from './shorten'
import { textAt } from './arrow-buffers'
import type { WriteTarget } from './write-target'

type Category = Extract<ModelFeature, { type: 'category' }>

/**
 * Writes a category feature into a numeric tensor: its code, `unknown` for others, `missing` for null.
 * @param codes Int32: the code, -1 where the value is not among the categories, null where missing
 */
export function writeCategoryCodes(codes: Data, target: WriteTarget<Category>): void {
  const { slot, feature, out, stride, rows, faults } = target
  const set = setNumber(out)
  const values = codes.values as Int32Array
  const validity = validityOf(codes)
  const { missing, unknown } = feature
  for (let row = 0, to = slot.offset; row < rows; row += 1, to += stride) {
    const code = values[row]!
    if (validity && !bitAt(validity, codes.offset + row)) {
      if (missing === 'quarantine') faults.add(row, feature.name, 'MISSING', 'null')
      set(to, missing === 'nan' ? NaN : missing === 'quarantine' ? 0 : missing)
    } else if (code >= 0) set(to, code)
    else {
      if (unknown === 'quarantine')
        faults.add(row, feature.name, 'UNKNOWN_CATEGORY', `not among ${listed(feature)}`)
      set(to, unknown === 'quarantine' ? 0 : unknown)
    }
  }
}

/**
 * Writes a category feature into a string tensor. An unknown value becomes the category that `unknown` is the code of;
 * where that is no category's code (-1), the model gets the value as it is.
 * @param texts Utf8, the value itself
 * @param codes Int32, as for numeric tensors
 */
export function writeCategoryTexts(texts: Data, codes: Data, target: WriteTarget<Category>): void {
  const { slot, feature, stride, rows, faults } = target
  const out = target.out as string[]
  const values = codes.values as Int32Array
  const validity = validityOf(codes)
  const { missing, unknown, categories } = feature
  for (let row = 0, to = slot.offset; row < rows; row += 1, to += stride) {
    const code = values[row]!
    if (validity && !bitAt(validity, codes.offset + row)) {
      if (missing === 'quarantine') faults.add(row, feature.name, 'MISSING', 'null')
      out[to] = typeof missing === 'number' ? categories[missing]! : ''
    } else if (code >= 0) out[to] = categories[code]!
    else {
      const text = textAt(texts, row)
      if (unknown === 'quarantine')
        faults.add(row, feature.name, 'UNKNOWN_CATEGORY', `${shorten(text)}, not among ${listed(feature)}`)
      else if (text.includes('\0')) faults.add(row, feature.name, 'NOT_CONVERTIBLE', nulDetail(text))
      out[to] = typeof unknown === 'number' ? (categories[unknown] ?? text) : ''
    }
  }
}

/** ONNX Runtime takes strings up to the first NUL: the model would see another text. */
export function nulDetail(text: string): string {
  return `${shorten(text)} holds the character NUL, which a string tensor cannot`
}

function listed({ categories }: Category): string {
  const shown = categories.slice(0, 10).map((category) => JSON.stringify(category))
  return `${shown.join(', ')}${categories.length > shown.length ? ` … (${categories.length})` : ''}`
}
