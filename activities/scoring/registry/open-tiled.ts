import { inputLayout, type InputLayout } from '../../features/input-layout'
import { newTensorArray, type TensorArray } from '../../features/tensor-buffer'
import { tileTrees } from '../onnx/tile-trees'
import { openSession } from '../open-session'
import { predict, type OutputValues } from '../predict'
import { predictionPlan } from '../prediction-plan'
import type { OpenedModel } from '../score-package-file'

const scatteredRows = 2_048
/** float32 sums in another order differ by some units of their last digit. */
const tolerance = 1e-5

/**
 * The model with its trees in tiles (tileTrees), where it has trees to tile and answers alike on 2,048 scattered rows, a
 * sixteenth of their values missing; else null. The caller releases the session that it keeps no longer.
 */
export async function openTiled(bytes: Uint8Array, model: OpenedModel): Promise<OpenedModel | null> {
  const layout = inputLayout(model.manifest, model.signature)
  if (layout.tensors.some(({ type }) => type !== 'float32')) return null
  const tiles = tileTrees(bytes)
  if (tiles === null) return null
  const signature = { ...model.signature, tiledTrees: true }
  const session = await openSession(tiles)
  const tiled = { ...model, session, signature }
  const feeds = scattered(layout)
  const [found, expected] = [await answers(tiled, layout, feeds), await answers(model, layout, feeds)]
  if (expected.every((output, i) => isAlike(output, found[i]!))) return tiled
  await session.release()
  return null
}

function answers(
  { session, manifest, signature }: OpenedModel,
  layout: InputLayout,
  feeds: readonly TensorArray[],
): Promise<OutputValues[]> {
  const plan = predictionPlan(manifest, signature)
  const rowsPerRun = scatteredRows
  return predict(session, feeds, scatteredRows, { layout, plan, rowsPerRun, throwIfStopped: () => undefined })
}

function isAlike(a: OutputValues, b: OutputValues): boolean {
  if (a.values.length !== b.values.length) return false
  for (let i = 0; i < a.values.length; i += 1) {
    const [x, y] = [a.values[i]!, b.values[i]!]
    if (typeof x !== 'number' || typeof y !== 'number') {
      if (x !== y) return false
    } else if (!(Math.abs(x - y) <= tolerance * Math.max(1, Math.abs(x)))) return false
  }
  return true
}

/** Values of all magnitudes from a thousandth to ten thousand, half of them negative, the same every time. */
function scattered(layout: InputLayout): TensorArray[] {
  let state = 20_130_704
  const next = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0
    return (state >>> 8) / 2 ** 24
  }
  return layout.tensors.map(({ type, width }) => {
    const values = newTensorArray(type, scatteredRows * width) as Float32Array
    for (let i = 0; i < values.length; i += 1) {
      const value = (next() - 0.5) * 10 ** (7 * next() - 3)
      values[i] = next() < 1 / 16 ? NaN : value
    }
    return values
  })
}
