import { closest } from 'fastest-levenshtein'
import { NightscoreError } from '../../schemas/errors'
import type {
  ElementType,
  ModelFeature,
  ModelManifest,
  ModelSignature,
  TensorInfo,
} from '../../schemas/model-manifest'
import { checkElementType } from './check-element-type'

/** One input tensor as a batch fills it: row-major, `width` elements a row. */
export interface InputTensor {
  readonly name: string
  readonly type: ElementType
  readonly width: number
  /** The model takes [N] instead of [N, 1]. */
  readonly flat: boolean
}

/** Where one feature's values go: row r, element e is at r * tensor.width + offset + e of its tensor. */
export interface FeatureSlot {
  readonly feature: ModelFeature
  /** Index into InputLayout.tensors. */
  readonly tensor: number
  readonly offset: number
  /** Elements a row: 1, or a list's length. */
  readonly width: number
  readonly type: ElementType
}

/** How the features of model.yaml fill the inputs of model.onnx. */
export interface InputLayout {
  readonly tensors: readonly InputTensor[]
  /** By feature, in the manifest's order. */
  readonly slots: readonly FeatureSlot[]
}

/**
 * Fits the manifest's features to the model's inputs: packed into one tensor, or a tensor per feature.
 * @throws NightscoreError MODEL_SIGNATURE_MISMATCH where names, element types or widths disagree
 */
export function inputLayout(manifest: ModelManifest, signature: ModelSignature): InputLayout {
  const layout = manifest.input
    ? packed(manifest.features, findInput(signature, manifest.input.tensor, 'input.tensor'))
    : perFeature(manifest.features, signature)
  const fed = new Set(layout.tensors.map((tensor) => tensor.name))
  const starving = signature.inputs.filter((input) => !fed.has(input.name))
  if (starving.length > 0)
    throw new NightscoreError('MODEL_SIGNATURE_MISMATCH', {
      found: `model.onnx takes ${starving.map(describeTensor).join(', ')} besides, which model.yaml feeds nothing`,
      expected: 'a feature for every input, or one packed input',
    })
  return layout
}

function packed(features: readonly ModelFeature[], input: TensorInfo): InputLayout {
  let width = 0
  const slots = features.map((feature): FeatureSlot => {
    checkElementType(feature, input)
    const slot = { feature, tensor: 0, offset: width, width: widthOf(feature), type: input.type }
    width += slot.width
    return slot
  })
  const columns = columnsOf(input)
  if (columns !== null && columns !== width)
    throw new NightscoreError('MODEL_SIGNATURE_MISMATCH', {
      found: `${width} feature columns in model.yaml (${features.length} features)`,
      expected: `${columns}, as the input ${describeTensor(input)} of model.onnx has`,
    })
  return { tensors: [{ name: input.name, type: input.type, width, flat: isFlat(input) }], slots }
}

function perFeature(features: readonly ModelFeature[], signature: ModelSignature): InputLayout {
  const slots = features.map((feature, tensor): FeatureSlot => {
    const input = findInput(signature, feature.name, `features[${tensor}].name`)
    checkElementType(feature, input)
    const [width, columns] = [widthOf(feature), columnsOf(input)]
    if (columns !== null && columns !== width)
      throw new NightscoreError('MODEL_SIGNATURE_MISMATCH', {
        found: `feature "${feature.name}" with ${width} ${width === 1 ? 'value' : 'values'} a row`,
        expected: `${columns}, as the input ${describeTensor(input)} of model.onnx has`,
      })
    return { feature, tensor, offset: 0, width, type: input.type }
  })
  const tensors = slots.map(({ feature, type, width }): InputTensor => {
    const input = findInput(signature, feature.name, 'features')
    return { name: feature.name, type, width, flat: isFlat(input) }
  })
  return { tensors, slots }
}

function widthOf(feature: ModelFeature): number {
  return feature.type === 'list' ? feature.length : 1
}

function isFlat(input: TensorInfo): boolean {
  return input.shape.length === 1
}

/** Columns of an [N, F] or [N] input; null where the model leaves them open. */
function columnsOf(input: TensorInfo): number | null {
  const [rows, columns, ...more] = input.shape
  if (more.length > 0)
    throw new NightscoreError('MODEL_SIGNATURE_MISMATCH', {
      found: `input ${describeTensor(input)} of model.onnx, with ${input.shape.length} dimensions`,
      expected: 'an input of one or two dimensions: [N], [N, 1], [N, F] or [N, K]',
    })
  if (rows !== undefined && rows !== null)
    throw new NightscoreError('MODEL_SIGNATURE_MISMATCH', {
      found: `input ${describeTensor(input)} of model.onnx, which takes exactly ${rows} ${rows === 1 ? 'row' : 'rows'} at a time`,
      expected: 'a first dimension that is left open',
      fix: 'Export with a dynamic batch dimension (PyTorch: dynamic_axes or dynamic_shapes; skl2onnx: [None, F]).',
    })
  return input.shape.length === 1 ? 1 : (columns ?? null)
}

function findInput(signature: ModelSignature, name: string, field: string): TensorInfo {
  const names = signature.inputs.map((input) => input.name)
  const found = signature.inputs.find((input) => input.name === name)
  if (found) return found
  throw new NightscoreError('MODEL_SIGNATURE_MISMATCH', {
    found: `${field}: no input "${name}" in model.onnx${names.length > 0 ? ` (nearest: "${closest(name, names)}")` : ''}`,
    expected: `one of ${signature.inputs.map(describeTensor).join(', ')}`,
  })
}

/** @example describeTensor({ name: 'input', type: 'float32', shape: [null, 16] }) // '"input" float32 [N, 16]' */
export function describeTensor({ name, type, shape }: TensorInfo): string {
  const dimensions = shape.map((size, i) => size ?? (i === 0 ? 'N' : '?'))
  return `"${name}" ${type} [${dimensions.join(', ')}]`
}
