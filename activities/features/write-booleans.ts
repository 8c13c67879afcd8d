import { DataType, type Data } from 'apache-arrow'
import type { ModelFeature } from '../../schemas/model-manifest'
import { bitAt, validityOf } from '../data/sinks/arrow-form'
import { setNumber } from './set-number'
import type { WriteTarget } from './write-target'

/** Writes a boolean feature as 0 and 1. @param data Bool, or the element type's Arrow form with 0 and 1 */
export function writeBooleans(
  data: Data,
  target: WriteTarget<Extract<ModelFeature, { type: 'boolean' }>>,
): void {
  const { slot, feature, out, stride, rows, faults } = target
  const set = setNumber(out)
  const validity = validityOf(data)
  const values = data.values as Uint8Array
  const isBits = DataType.isBool(data.type)
  for (let row = 0, to = slot.offset; row < rows; row += 1, to += stride)
    if (validity && !bitAt(validity, data.offset + row)) {
      if (feature.missing === 'quarantine') faults.add(row, feature.name, 'MISSING', 'null')
      set(to, Number(feature.missing === true))
    } else set(to, isBits ? Number(bitAt(values, data.offset + row)) : Number(values[row]))
}
