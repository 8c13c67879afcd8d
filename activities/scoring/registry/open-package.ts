import type { InferenceSession } from 'onnxruntime-node'
import type { ModelManifest, ModelSignature } from '../../../schemas/model-manifest'
import { scanBatchRows } from '../../data/scan-plan'
import { inputLayout, type InputLayout } from '../../features/input-layout'
import { newTensorArray, type TensorArray } from '../../features/tensor-buffer'
import { openSession } from '../open-session'
import { predict } from '../predict'
import { predictionPlan } from '../prediction-plan'
import { readSignature } from '../read-signature'
import type { OpenedModel } from '../score-package-file'

/** A run should take this long at most here; a slower worker still keeps below 100 ms. */
const runMs = 30
const probeRows = 64

/**
 * Opens a package's model, fits it to its manifest, and tries it on 64 rows of stand-ins: that tells the shapes that the
 * graph leaves open, and how many rows one run may have.
 * @throws NightscoreError MODEL_NOT_ONNX, MODEL_SIGNATURE_MISMATCH, MODEL_OUTPUT_NOT_TENSOR, MODEL_RUN_FAILED
 */
export async function openPackage(bytes: Uint8Array, manifest: ModelManifest): Promise<OpenedModel> {
  const session = await openSession(bytes)
  try {
    const signature = await tryOut(session, manifest, readSignature(session, manifest))
    return { session, manifest, signature }
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
  const feeds = standIns(layout)
  const outputs = await predict(session, feeds, probeRows, options) // the first run also warms up
  const started = performance.now()
  await predict(session, feeds, probeRows, options)
  const rowMs = (performance.now() - started) / probeRows
  const widths = new Map(plan.outputs.map(({ name }, i) => [name, outputs[i]!.width]))
  const signature = {
    inputs: declared.inputs,
    outputs: declared.outputs.map((output) => {
      const isOpen = output.shape.length === 0 || output.shape.slice(1).includes(null)
      const width = widths.get(output.name)
      return isOpen && width !== undefined ? { ...output, shape: [null, width] } : output
    }),
    rowsPerRun: rowsPerRun(rowMs),
  }
  predictionPlan(manifest, signature) // again: the shapes are known now
  return signature
}

/** The largest power of two, at most a scanned batch, whose run takes `runMs`. */
function rowsPerRun(rowMs: number): number {
  const rows = 2 ** Math.floor(Math.log2(runMs / rowMs))
  return Math.min(scanBatchRows, Math.max(1, rows))
}

function standIns(layout: InputLayout): TensorArray[] {
  const feeds = layout.tensors.map(({ type, width }) => newTensorArray(type, probeRows * width))
  for (const { feature, tensor, offset } of layout.slots) {
    const feed = feeds[tensor]!
    if (!Array.isArray(feed)) continue
    const text = feature.type === 'category' ? feature.categories[0]! : 'text'
    for (let row = 0; row < probeRows; row += 1) feed[row * layout.tensors[tensor]!.width + offset] = text
  }
  return feeds
}
