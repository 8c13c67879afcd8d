import type { InferenceSession } from 'onnxruntime-node'
import type { ModelManifest, ModelSignature } from '../../../schemas/model-manifest'
import { inputLayout, type InputLayout } from '../../features/input-layout'
import { newTensorArray, type TensorArray } from '../../features/tensor-buffer'
import { openInRuntime } from '../open-session'
import { predict } from '../predict'
import { predictionPlan } from '../prediction-plan'
import { readSignature } from '../read-signature'
import type { OpenedModel } from '../score-package-file'
import { fastestRows } from './fastest-rows'
import { openTrees } from './open-trees'

const probeRows = 64

/**
 * Opens a package's model, fits it to its manifest, and tries it on 64 rows of stand-ins: that tells the shapes that the
 * graph leaves open. Finds how it is scored: its trees by the kernel where that gives the same answers sooner, in runs of as many
 * rows as are fastest.
 * @throws NightscoreError MODEL_NOT_ONNX, MODEL_SIGNATURE_MISMATCH, MODEL_OUTPUT_NOT_TENSOR, MODEL_RUN_FAILED
 */
export async function openPackage(bytes: Uint8Array, manifest: ModelManifest): Promise<OpenedModel> {
  const session = await openInRuntime(bytes)
  try {
    const signature = await tryOut(session, manifest, readSignature(session, manifest))
    const plain = { session, manifest, signature }
    const opened = (await openTrees(bytes, plain)) ?? plain
    if (opened !== plain) await session.release()
    const rowsPerRun = await fastestRows((rows) => msOfRun(opened, rows))
    return { ...opened, signature: { ...opened.signature, rowsPerRun } }
  } catch (error) {
    await session.release()
    throw error
  }
}

async function tryOut(
  session: InferenceSession,
  manifest: ModelManifest,
  declared: ModelSignature,
): Promise<ModelSignature> {
  const layout = inputLayout(manifest, declared)
  const plan = predictionPlan(manifest, declared)
  const options = { layout, plan, rowsPerRun: probeRows, throwIfStopped: () => undefined }
  const outputs = await predict(session, standIns(layout, probeRows), probeRows, options)
  const widths = new Map(plan.outputs.map(({ name }, i) => [name, outputs[i]!.width]))
  const signature = {
    inputs: declared.inputs,
    outputs: declared.outputs.map((output) => {
      const isOpen = output.shape.length === 0 || output.shape.slice(1).includes(null)
      const width = widths.get(output.name)
      return isOpen && width !== undefined ? { ...output, shape: [null, width] } : output
    }),
  }
  predictionPlan(manifest, signature) // again: the shapes are known now
  return signature
}

/** How long one run takes, in milliseconds. */
async function msOfRun({ session, manifest, signature }: OpenedModel, rows: number): Promise<number> {
  const layout = inputLayout(manifest, signature)
  const plan = predictionPlan(manifest, signature)
  const feeds = standIns(layout, rows)
  const started = performance.now()
  await predict(session, feeds, rows, { layout, plan, rowsPerRun: rows, throwIfStopped: () => undefined })
  return performance.now() - started
}

function standIns(layout: InputLayout, rows: number): TensorArray[] {
  const feeds = layout.tensors.map(({ type, width }) => newTensorArray(type, rows * width))
  for (const { feature, tensor, offset } of layout.slots) {
    const feed = feeds[tensor]!
    if (!Array.isArray(feed)) continue
    const text = feature.type === 'category' ? feature.categories[0]! : 'text'
    for (let row = 0; row < rows; row += 1) feed[row * layout.tensors[tensor]!.width + offset] = text
  }
  return feeds
}
