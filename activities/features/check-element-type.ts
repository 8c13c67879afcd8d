import { NightscoreError } from '../../schemas/errors'
import type { ElementType, ModelFeature, TensorInfo } from '../../schemas/model-manifest'

const numeric = ['float32', 'float64', 'int64', 'int32'] as const satisfies ElementType[]

const elementTypesOf: Record<ModelFeature['type'], readonly ElementType[]> = {
  number: numeric,
  boolean: ['bool', ...numeric],
  text: ['string'],
  category: [...numeric, 'string'],
  list: numeric,
}

/**
 * Checks that the tensor's elements can hold the feature's values and what its rules put in their place.
 * @throws NightscoreError MODEL_SIGNATURE_MISMATCH
 */
export function checkElementType(feature: ModelFeature, input: TensorInfo): void {
  const allowed = elementTypesOf[feature.type]
  if (!allowed.includes(input.type))
    throw new NightscoreError('MODEL_SIGNATURE_MISMATCH', {
      found: `feature "${feature.name}" of type ${feature.type} for the ${input.type} input "${input.name}" of model.onnx`,
      expected: `an input of ${allowed.join(', ')} for a ${feature.type}`,
    })
  if (feature.type === 'category' && input.type === 'string') checkStandInCategory(feature)
  else if (feature.type !== 'text') checkStandIn(feature, input)
}

/** In a string tensor a missing category can only be another category. */
function checkStandInCategory(feature: Extract<ModelFeature, { type: 'category' }>): void {
  const { missing, categories } = feature
  if (missing === 'quarantine') return
  if (missing === 'nan' || categories[missing] === undefined)
    throw new NightscoreError('MODEL_SIGNATURE_MISMATCH', {
      found: `feature "${feature.name}" with missing: ${missing} for a string input`,
      expected: `quarantine, or the code of a category, 0 to ${categories.length - 1}`,
    })
}

function checkStandIn(feature: Exclude<ModelFeature, { type: 'text' }>, input: TensorInfo): void {
  if (input.type !== 'int64' && input.type !== 'int32') return
  const { missing } = feature
  const limit = input.type === 'int32' ? 2 ** 31 : 2 ** 53
  const fits = (value: number): boolean => Number.isInteger(value) && Math.abs(value) < limit
  if (missing === 'nan' || (typeof missing === 'number' && !fits(missing)))
    throw new NightscoreError('MODEL_SIGNATURE_MISMATCH', {
      found: `feature "${feature.name}" with missing: ${missing} for the ${input.type} input "${input.name}"`,
      expected: `quarantine, or a whole number that ${input.type} holds`,
    })
}
