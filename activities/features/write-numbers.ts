import type { Data } from 'apache-arrow'
import type { ModelFeature } from '../../schemas/model-manifest'
import { bitAt, validityOf } from '../data/sinks/arrow-form'
import type { TensorArrays } from './tensor-buffer'
import type { WriteTarget } from './write-target'

export type NumberRules = Extract<ModelFeature, { type: 'number' | 'list' }>

type FloatArray = TensorArrays['float32'] | TensorArrays['float64'] | TensorArrays['int32']

/**
 * Writes a number feature, or a list's elements: `width` values a row. Missing values follow `missing`, infinite ones
 * `infinite`, ones outside [min, max] `outOfRange`.
 * @param data the values in the element type's Arrow form, rows * width of them
 */
export function writeNumbers(data: Data, target: WriteTarget<NumberRules>): void {
  if (target.slot.type === 'int64') writeBigInts(data, target)
  else writeFloats(data, target)
}

/** One comparison a value finds NaN, infinite and out of range alike; what it finds is rare and looked at again. */
function writeFloats(data: Data, target: WriteTarget<NumberRules>): void {
  const { slot, feature, out, stride, rows } = target
  const values = data.values as FloatArray
  const tensor = out as FloatArray
  const validity = validityOf(data)
  const { least, most } = floatRange(feature, slot.type)
  const { width, offset } = slot
  const lowest = Math.max(least, -Number.MAX_VALUE)
  const highest = Math.min(most, Number.MAX_VALUE)
  for (let row = 0, at = 0; row < rows; row += 1)
    for (let element = 0, to = row * stride + offset; element < width; element += 1, at += 1, to += 1) {
      const value = values[at]!
      if (validity && !bitAt(validity, data.offset + at)) tensor[to] = standIn(target, row, 'null')
      else if (value >= lowest && value <= highest) tensor[to] = value
      else if (Number.isNaN(value)) tensor[to] = standIn(target, row, 'NaN')
      else {
        tensor[to] = value
        checkUnusual(target, row, value, value < least, value > most)
      }
    }
}

function writeBigInts(data: Data, target: WriteTarget<NumberRules>): void {
  const { slot, feature, out, stride, rows } = target
  const values = data.values as BigInt64Array
  const tensor = out as BigInt64Array
  const validity = validityOf(data)
  const least = wholeBound(feature.min, Math.ceil)
  const most = wholeBound(feature.max, Math.floor)
  const { width, offset } = slot
  for (let row = 0, at = 0; row < rows; row += 1)
    for (let element = 0, to = row * stride + offset; element < width; element += 1, at += 1, to += 1) {
      if (validity && !bitAt(validity, data.offset + at)) {
        tensor[to] = BigInt(standIn(target, row, 'null'))
        continue
      }
      const value = values[at]!
      tensor[to] = value
      const [below, above] = [least !== null && value < least, most !== null && value > most]
      if (below || above) checkUnusual(target, row, value, below, above)
    }
}

/** The value in a missing one's place; 0 in a row that is quarantined for it. */
function standIn({ feature, faults }: WriteTarget<NumberRules>, row: number, found: string): number {
  const { missing } = feature
  if (missing === 'nan') return NaN
  if (missing !== 'quarantine') return missing
  faults.add(row, feature.name, 'MISSING', feature.type === 'list' ? `${found} among the elements` : found)
  return 0
}

function checkUnusual(
  { feature, faults, onOutOfRange }: WriteTarget<NumberRules>,
  row: number,
  value: number | bigint,
  below: boolean,
  above: boolean,
): void {
  if ((value === Infinity || value === -Infinity) && feature.infinite === 'quarantine') {
    faults.add(row, feature.name, 'INFINITE', String(value))
    return
  }
  if (!below && !above) return
  if (feature.outOfRange !== 'quarantine') return onOutOfRange()
  const limit = below ? `below min ${feature.min}` : `above max ${feature.max}`
  faults.add(row, feature.name, 'OUT_OF_RANGE', `${value}, ${limit}`)
}

/** min and max as the element type holds them, so that max: 0.1 lets a float32 0.1 pass. */
function floatRange(
  { min, max }: NumberRules,
  type: string,
): { readonly least: number; readonly most: number } {
  const round = type === 'float32' ? Math.fround : (value: number) => value
  return {
    least: min === undefined ? -Infinity : round(min),
    most: max === undefined ? Infinity : round(max),
  }
}

function wholeBound(bound: number | undefined, round: (value: number) => number): bigint | null {
  return bound === undefined || !Number.isFinite(bound) ? null : BigInt(round(bound))
}
