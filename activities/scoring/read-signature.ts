import type { InferenceSession } from 'onnxruntime-node'
import { NightscoreError } from '../../schemas/errors'
import {
  elementTypes,
  type ElementType,
  type ModelManifest,
  type ModelSignature,
  type TensorInfo,
} from '../../schemas/model-manifest'

/**
 * The inputs and outputs of an opened model. Outputs that the manifest does not read may be of any kind and are left out
 * where they are no tensors.
 * @throws NightscoreError MODEL_OUTPUT_NOT_TENSOR for a sequence or map (ZipMap) that would be read;
 *   MODEL_SIGNATURE_MISMATCH for an input that is no tensor or an element type beyond the six
 */
export function readSignature(session: InferenceSession, manifest: ModelManifest): ModelSignature {
  const { tensor } = manifest.output
  const outputs = session.outputMetadata
  const isRead = (name: string): boolean => tensor === undefined || name === tensor
  const notTensor = outputs.find((output) => isRead(output.name) && !output.isTensor)
  if (notTensor)
    throw new NightscoreError('MODEL_OUTPUT_NOT_TENSOR', {
      found: `output "${notTensor.name}" of model.onnx, which is a sequence or map`,
      expected: 'a tensor',
    })
  return {
    inputs: session.inputMetadata.map((input) => tensorInfo(input, 'input')),
    outputs: outputs.flatMap((output) =>
      isRead(output.name) || isKnown(output) ? [tensorInfo(output, 'output')] : [],
    ),
  }
}

function isKnown(metadata: InferenceSession.ValueMetadata): boolean {
  return metadata.isTensor && (elementTypes as readonly string[]).includes(metadata.type)
}

function tensorInfo(metadata: InferenceSession.ValueMetadata, kind: 'input' | 'output'): TensorInfo {
  if (!metadata.isTensor || !isKnown(metadata))
    throw new NightscoreError('MODEL_SIGNATURE_MISMATCH', {
      found: `${kind} "${metadata.name}" of model.onnx is ${metadata.isTensor ? metadata.type : 'a sequence or map'}`,
      expected: `a tensor of ${elementTypes.join(', ')}`,
    })
  return {
    name: metadata.name,
    type: metadata.type as ElementType,
    shape: metadata.shape.map((size) => (typeof size === 'number' ? size : null)),
  }
}
