import type { ModelFeature } from '../../schemas/model-manifest'
import type { FeatureSlot } from './input-layout'
import type { RowFaults } from './row-faults'
import type { TensorArray } from './tensor-buffer'

/** Where a feature's values of one batch go, and where its faults are told. */
export interface WriteTarget<F extends ModelFeature = ModelFeature> {
  readonly slot: FeatureSlot
  readonly feature: F
  /** The tensor's elements, for all rows of the batch. */
  readonly out: TensorArray
  /** Elements from one row to the next. */
  readonly stride: number
  readonly rows: number
  readonly faults: RowFaults
  /** Called for each value outside min and max that stays. */
  readonly onOutOfRange: () => void
}
