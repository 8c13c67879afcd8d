import type { Data } from 'apache-arrow'
import type { ModelFeature } from '../../schemas/model-manifest'
import { bitAt, validityOf } from '../data/sinks/arrow-form'
import { textAt } from './arrow-buffers'
import { nulDetail } from './write-categories'
import type { WriteTarget } from './write-target'

/** Writes a text feature into a string tensor. @param data Utf8 */
export function writeTexts(data: Data, target: WriteTarget<Extract<ModelFeature, { type: 'text' }>>): void {
  const { slot, feature, stride, rows, faults } = target
  const out = target.out as string[]
  const validity = validityOf(data)
  const { missing } = feature
  for (let row = 0, to = slot.offset; row < rows; row += 1, to += stride)
    if (validity && !bitAt(validity, data.offset + row)) {
      if (missing === 'quarantine') faults.add(row, feature.name, 'MISSING', 'null')
      out[to] = missing === 'quarantine' ? '' : missing.value
    } else {
      const text = textAt(data, row)
      if (text.includes('\0')) faults.add(row, feature.name, 'NOT_CONVERTIBLE', nulDetail(text))
      out[to] = text
    }
}
