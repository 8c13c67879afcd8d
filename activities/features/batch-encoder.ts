import type { Data, RecordBatch } from 'apache-arrow'
import { bitAt } from '../data/sinks/arrow-form'
import { scanColumns, type PlannedFeature } from '../data/scan-plan'
import { columnOf } from './check-keys'
import type { FeatureSlot, InputLayout } from './input-layout'
import type { RowFaults } from './row-faults'
import { compactRows, newTensorArray, type TensorArray } from './tensor-buffer'
import { writeBooleans } from './write-booleans'
import { writeCategoryCodes, writeCategoryTexts } from './write-categories'
import { writeLists } from './write-lists'
import { writeNumbers } from './write-numbers'
import type { WriteTarget } from './write-target'
import { writeTexts } from './write-texts'

/**
 * Turns scanned batches into the model's input tensors, column by column, by the rules of model.yaml. The tensors'
 * memory is used again for the next batch.
 */
export class BatchEncoder {
  private buffers: TensorArray[] = []
  private capacity = -1
  private readonly outOfRangeCounts: number[]

  /** @param features as planned, in the order of the layout's slots */
  constructor(
    private readonly layout: InputLayout,
    private readonly features: readonly PlannedFeature[],
  ) {
    this.outOfRangeCounts = layout.slots.map(() => 0)
  }

  /** Feature -> values so far that lie outside min and max and stayed; features without any are left out. */
  get outOfRange(): Record<string, number> {
    const counts = this.layout.slots.map(
      ({ feature }, i) => [feature.name, this.outOfRangeCounts[i]!] as const,
    )
    return Object.fromEntries(counts.filter(([, count]) => count > 0))
  }

  /**
   * Writes all features of a batch and adds the rows that cannot be scored to `faults`; the first fault of a row counts,
   * in the order: what was found before, then feature by feature.
   * @returns for each tensor of the layout its elements, row-major, valid until the next call; rows with a fault are
   *   left out, the others move together
   */
  encode(batch: RecordBatch, faults: RowFaults): readonly TensorArray[] {
    const rows = batch.numRows
    this.reserve(rows)
    this.layout.slots.forEach((slot, i) => this.write(batch, slot, i, faults))
    if (faults.count > 0) {
      const kept = faults.keptRows(rows)
      this.layout.tensors.forEach(({ width }, i) => compactRows(this.buffers[i]!, width, kept))
    }
    return this.buffers
  }

  private reserve(rows: number): void {
    if (rows <= this.capacity) return
    this.capacity = rows
    this.buffers = this.layout.tensors.map(({ type, width }) => newTensorArray(type, rows * width))
  }

  private write(batch: RecordBatch, slot: FeatureSlot, i: number, faults: RowFaults): void {
    const { feature } = slot
    const target = {
      slot,
      out: this.buffers[slot.tensor]!,
      stride: this.layout.tensors[slot.tensor]!.width,
      rows: batch.numRows,
      faults,
      onOutOfRange: () => (this.outOfRangeCounts[i]! += 1),
    }
    const planned = this.features[i]!
    if (planned.mayFail || feature.type === 'list')
      findUnconvertible(columnOf(batch, scanColumns.bad(i)), slot, planned, faults)
    const data = columnOf(batch, scanColumns.feature(i))
    writeFeature(data, () => columnOf(batch, scanColumns.code(i)), { ...target, feature })
  }
}

function writeFeature(data: Data, codes: () => Data, target: WriteTarget): void {
  const { feature, slot } = target
  switch (feature.type) {
    case 'number':
      return writeNumbers(data, { ...target, feature })
    case 'boolean':
      return writeBooleans(data, { ...target, feature })
    case 'text':
      return writeTexts(data, { ...target, feature })
    case 'category':
      return slot.type === 'string'
        ? writeCategoryTexts(data, codes(), { ...target, feature })
        : writeCategoryCodes(data, { ...target, feature })
    case 'list':
      return writeLists(data, { ...target, feature })
  }
}

/** The scan's flag: a value is there, but not one of the feature's type. It stands as null in the feature's column. */
function findUnconvertible(bad: Data, slot: FeatureSlot, planned: PlannedFeature, faults: RowFaults): void {
  const bits = bad.values as Uint8Array
  const { feature } = slot
  for (let row = 0; row < bad.length; row += 1)
    if (bitAt(bits, bad.offset + row))
      if (feature.type === 'list')
        faults.add(row, feature.name, 'LIST_LENGTH', `not a list of ${feature.length} ${slot.type}`)
      else
        faults.add(
          row,
          feature.name,
          'NOT_CONVERTIBLE',
          `a ${planned.sourceType} that is no ${feature.type === 'number' ? slot.type : feature.type}`,
        )
}
