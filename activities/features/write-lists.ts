import { Data } from 'apache-arrow'
import type { ModelFeature } from '../../schemas/model-manifest'
import { bitAt, validityOf } from '../data/sinks/arrow-form'
import { writeNumbers } from './write-numbers'
import type { WriteTarget } from './write-target'

/** Writes a list feature: a row's K elements side by side. A missing list is K missing elements. @param data FixedSizeList */
export function writeLists(data: Data, target: WriteTarget<Extract<ModelFeature, { type: 'list' }>>): void {
  const validity = validityOf(data)
  const elements = data.children[0]!
  if (!validity) return writeNumbers(elements, target)

  const { slot, feature, rows, faults } = target
  const elementValidity = validityOf(elements)
  // what lies below a missing list is anything: its elements are marked missing too
  const present = new Uint8Array(Math.ceil((rows * slot.width) / 8))
  for (let row = 0; row < rows; row += 1) {
    if (!bitAt(validity, data.offset + row)) {
      if (feature.missing === 'quarantine') faults.add(row, feature.name, 'MISSING', 'null')
      continue
    }
    for (let at = row * slot.width; at < (row + 1) * slot.width; at += 1)
      if (!elementValidity || bitAt(elementValidity, elements.offset + at)) present[at >> 3]! |= 1 << (at & 7)
  }
  const buffers = [undefined, elements.values as Uint8Array, present] as const
  writeNumbers(new Data(elements.type, 0, rows * slot.width, -1, [...buffers]), target)
}
