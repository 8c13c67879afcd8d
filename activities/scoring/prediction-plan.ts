import { closest } from 'fastest-levenshtein'
import type { ArrayColumnType, Column, ScalarColumnType } from '../../schemas/column'
import { NightscoreError } from '../../schemas/errors'
import type { ElementType, ModelManifest, ModelSignature, TensorInfo } from '../../schemas/model-manifest'
import { describeTensor } from '../features/input-layout'

type Outputs = readonly TensorInfo[]

/** Which outputs of the model are fetched and what is made of them. */
export type PredictionPlan =
  | {
      readonly task: 'binary'
      readonly outputs: Outputs
      /** The column of [N, 2] that is the score; null: the output is [N] or [N, 1], the score itself. */
      readonly positive: number | null
      readonly threshold: number
    }
  | { readonly task: 'multiclass'; readonly outputs: Outputs; readonly classes: readonly string[] }
  | { readonly task: 'regression'; readonly outputs: Outputs }
  | { readonly task: 'raw'; readonly outputs: Outputs }

const columnTypes: Record<ElementType, ScalarColumnType> = {
  float32: 'real',
  float64: 'double precision',
  int64: 'bigint',
  int32: 'integer',
  bool: 'boolean',
  string: 'text',
}

/** Columns that every predictions table has besides keys, carried columns and predictions. */
const reserved = ['batch', 'revision', 'model_version', 'run_id']

/**
 * What is read of the model's outputs for the manifest's task.
 * @throws NightscoreError MODEL_SIGNATURE_MISMATCH where the output is not there, or not of the task's type and shape
 */
export function predictionPlan(manifest: ModelManifest, signature: ModelSignature): PredictionPlan {
  const { output } = manifest
  switch (manifest.task) {
    case 'raw':
      return { task: 'raw', outputs: rawOutputs(output.tensor, signature) }
    case 'regression': {
      const tensor = oneOutput(manifest, signature, ['float32', 'float64', 'int64', 'int32'])
      checkColumns(tensor, 1, 'one prediction a row')
      return { task: 'regression', outputs: [tensor] }
    }
    case 'multiclass': {
      const tensor = oneOutput(manifest, signature, ['float32', 'float64'])
      const classes = output.classes ?? []
      checkColumns(tensor, classes.length, `a probability for each of the ${classes.length} output.classes`)
      return { task: 'multiclass', outputs: [tensor], classes }
    }
    case 'binary': {
      const tensor = oneOutput(manifest, signature, ['float32', 'float64'])
      const columns = columnsOf(tensor)
      const { threshold } = output
      if (columns === 1 && output.positive === undefined)
        return { task: 'binary', outputs: [tensor], positive: null, threshold }
      const positive = output.positive ?? 1
      if (columns !== null && positive >= columns)
        throw mismatch(
          `output ${describeTensor(tensor)} of model.onnx`,
          `a column ${positive} (output.positive, counted from 0)`,
        )
      if (columns !== null && output.positive === undefined)
        checkColumns(tensor, 2, 'the two classes’ probabilities')
      return { task: 'binary', outputs: [tensor], positive, threshold }
    }
  }
}

/**
 * The prediction columns of a model, as the sinks hold them: binary: score, label; multiclass: label, score,
 * probabilities; regression: prediction; raw: a column per output, an array where the output has several elements a row.
 * @throws NightscoreError MODEL_SIGNATURE_MISMATCH
 */
export function predictionColumns(manifest: ModelManifest, signature: ModelSignature): readonly Column[] {
  const plan = predictionPlan(manifest, signature)
  const type = columnTypes[plan.outputs[0]!.type]
  switch (plan.task) {
    case 'binary':
      return [
        { name: 'score', type },
        { name: 'label', type: 'boolean' },
      ]
    case 'multiclass':
      return [
        { name: 'label', type: 'text' },
        { name: 'score', type },
        { name: 'probabilities', type: `${type}[]` as ArrayColumnType },
      ]
    case 'regression':
      return [{ name: 'prediction', type }]
    case 'raw':
      return plan.outputs.map((output) => ({
        name: output.name,
        type: isScalar(output)
          ? columnTypes[output.type]
          : (`${columnTypes[output.type]}[]` as ArrayColumnType),
      }))
  }
}

/** Whether a row of the output is one value: [N] or [N, 1]. */
export function isScalar(output: TensorInfo): boolean {
  return columnsOf(output) === 1
}

/** Elements a row of an [N, ...] output; null where the model leaves it open. */
function columnsOf({ shape }: TensorInfo): number | null {
  const [, ...more] = shape
  if (shape.length === 0 || more.includes(null)) return null
  return more.reduce<number>((product, size) => product * (size ?? 1), 1)
}

function rawOutputs(tensor: string | undefined, signature: ModelSignature): Outputs {
  const outputs = tensor === undefined ? signature.outputs : [findOutput(signature, tensor)]
  const taken = outputs.find((output) => reserved.includes(output.name))
  if (taken)
    throw mismatch(
      `an output named "${taken.name}" in model.onnx`,
      `another name: every predictions table has columns ${reserved.join(', ')}`,
    )
  return outputs
}

function oneOutput(
  { output, task }: ModelManifest,
  signature: ModelSignature,
  types: readonly ElementType[],
): TensorInfo {
  const { outputs } = signature
  // scikit-learn's classifiers have two: label and probabilities
  const fitting = outputs.filter(({ type }) => types.includes(type))
  const [only = outputs[0], ...others] = fitting
  if (output.tensor === undefined && (!only || others.length > 0))
    throw mismatch(
      `no output.tensor in model.yaml, and ${fitting.length} outputs of ${types.join(' or ')} in model.onnx`,
      `output.tensor: one of ${outputs.map(describeTensor).join(', ')}`,
    )
  const tensor = output.tensor === undefined ? only! : findOutput(signature, output.tensor)
  if (!types.includes(tensor.type))
    throw mismatch(
      `output ${describeTensor(tensor)} of model.onnx for the task ${task}`,
      `an output of ${types.join(' or ')}`,
    )
  return tensor
}

function findOutput(signature: ModelSignature, name: string): TensorInfo {
  const found = signature.outputs.find((output) => output.name === name)
  if (found) return found
  const names = signature.outputs.map((output) => output.name)
  throw mismatch(
    `output.tensor: no output "${name}" in model.onnx${names.length > 0 ? ` (nearest: "${closest(name, names)}")` : ''}`,
    `one of ${signature.outputs.map(describeTensor).join(', ')}`,
  )
}

function checkColumns(tensor: TensorInfo, expected: number, meaning: string): void {
  const columns = columnsOf(tensor)
  if (columns !== null && columns !== expected)
    throw mismatch(
      `output ${describeTensor(tensor)} of model.onnx, ${columns} values a row`,
      `${expected}: ${meaning}`,
    )
}

function mismatch(found: string, expected: string): NightscoreError {
  return new NightscoreError('MODEL_SIGNATURE_MISMATCH', { found, expected })
}
