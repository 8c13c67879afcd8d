import { Tensor, type InferenceSession } from 'onnxruntime-node'
import { NightscoreError } from '../../schemas/errors'
import type { ElementType } from '../../schemas/model-manifest'
import type { InputLayout } from '../features/input-layout'
import { newTensorArray, sliceTensor, type TensorArray } from '../features/tensor-buffer'
import { firstLine, type ModelSession } from './open-session'
import type { PredictionPlan } from './prediction-plan'

export { predictionColumns, predictionPlan } from './prediction-plan'

/** What an output holds for the rows of a batch: `width` elements a row, row-major. */
export interface OutputValues {
  readonly values: TensorArray
  readonly width: number
}

/** How rows are run through a model. */
export interface PredictOptions {
  readonly layout: InputLayout
  readonly plan: PredictionPlan
  /** Rows of one run: its time is how long a stop waits. Fixed for a model, so that a retry has the same bits. */
  readonly rowsPerRun: number
  /** Called before each run; throws to stop. */
  readonly throwIfStopped: () => void
  /** Told how long each run took. */
  readonly onRun?: (ms: number) => void
}

/**
 * Runs the first `rows` rows of the tensors through the model, `rowsPerRun` at a time, and fetches the plan's outputs.
 * Blocks the thread during each run: never called on a worker's main thread but for a few rows.
 * @param feeds by tensor of the layout
 * @throws NightscoreError MODEL_RUN_FAILED with ONNX Runtime's message, or where an output has another number of rows
 */
export async function predict(
  session: ModelSession,
  feeds: readonly TensorArray[],
  rows: number,
  { layout, plan, rowsPerRun, throwIfStopped, onRun }: PredictOptions,
): Promise<OutputValues[]> {
  const names = plan.outputs.map((output) => output.name)
  const parts: OutputValues[][] = names.map(() => [])
  for (let start = 0; start < rows; start += rowsPerRun) {
    throwIfStopped()
    const end = Math.min(rows, start + rowsPerRun)
    const inputs = Object.fromEntries(
      layout.tensors.map(({ name, type, width, flat }, i) => {
        const slice = sliceTensor(feeds[i]!, start * width, end * width)
        return [name, new Tensor(type, slice, flat ? [end - start] : [end - start, width])]
      }),
    )
    const started = performance.now()
    const answer = await run(session, inputs, names, end - start)
    onRun?.(performance.now() - started)
    names.forEach((name, i) => parts[i]!.push(readOutput(answer[name], name, end - start)))
  }
  return parts.map((part, i) => join(part, plan.outputs[i]!.type))
}

async function run(
  session: ModelSession,
  inputs: Record<string, Tensor>,
  names: string[],
  rows: number,
): Promise<InferenceSession.ReturnType> {
  try {
    return await session.run(inputs, names)
  } catch (error) {
    throw new NightscoreError('MODEL_RUN_FAILED', {
      found: firstLine(error),
      expected: `an answer for ${rows} rows`,
      cause: error,
    })
  }
}

function readOutput(
  output: InferenceSession.ReturnType[string] | undefined,
  name: string,
  rows: number,
): OutputValues {
  if (output === undefined || output.dims[0] !== rows)
    throw new NightscoreError('MODEL_RUN_FAILED', {
      found: output
        ? `output "${name}" of shape [${output.dims.join(', ')}] for ${rows} rows`
        : `no output "${name}"`,
      expected: `an output whose first dimension is ${rows}`,
    })
  return { values: output.data as TensorArray, width: output.size / rows }
}

function join(parts: readonly OutputValues[], type: ElementType): OutputValues {
  const [first, ...others] = parts
  if (!first) return { values: newTensorArray(type, 0), width: 1 }
  if (others.length === 0) return first
  const uneven = others.find((part) => part.width !== first.width)
  if (uneven)
    throw new NightscoreError('MODEL_RUN_FAILED', {
      found: `${first.width} and then ${uneven.width} values a row`,
      expected: 'as many values in every row',
    })
  if (Array.isArray(first.values))
    return { values: parts.flatMap((part) => part.values as string[]), width: first.width }
  const length = parts.reduce((sum, part) => sum + part.values.length, 0)
  const joined = new (first.values.constructor as Float32ArrayConstructor)(length)
  let at = 0
  for (const part of parts) {
    joined.set(part.values as Float32Array, at)
    at += part.values.length
  }
  return { values: joined, width: first.width }
}
