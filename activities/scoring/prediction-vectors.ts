import { Bool, Data, Field, Float32, Float64, Int32, Int64, List, Utf8, type DataType } from 'apache-arrow'
import { NightscoreError } from '../../schemas/errors'
import type { ElementType, TensorInfo } from '../../schemas/model-manifest'
import type { RowFaults } from '../features/row-faults'
import type { TensorArray } from '../features/tensor-buffer'
import type { OutputValues } from './predict'
import { isScalar, type PredictionPlan } from './prediction-plan'

type Floats = Float32Array | Float64Array
type Numbers = Floats | Int32Array | BigInt64Array

/** The prediction columns of a batch, in the order of predictionColumns. */
export interface PredictionVectors {
  readonly columns: readonly Data[]
  /** The score or prediction of each row; null for raw models. */
  readonly scores: Numbers | null
}

/**
 * Makes the prediction columns from the model's outputs.
 * @param outputs by output of the plan
 * @param faults gets SCORE_NOT_FINITE for rows (of these outputs) whose score, prediction or probabilities are NaN or
 *   infinite; raw outputs may hold anything
 * @throws NightscoreError MODEL_RUN_FAILED where the outputs have another width than the plan reads
 */
export function predictionVectors(
  plan: PredictionPlan,
  outputs: readonly OutputValues[],
  rows: number,
  faults: RowFaults,
): PredictionVectors {
  if (plan.task === 'raw')
    return { columns: plan.outputs.map((output, i) => rawColumn(output, outputs[i]!, rows)), scores: null }

  const output = plan.outputs[0]!
  const { values, width } = outputs[0]!
  if (plan.task === 'multiclass') {
    checkWidth(output, width, plan.classes.length, rows)
    findNotFinite(values as Floats, width, 'probabilities', faults)
    return classColumns(plan.classes, output.type, values as Floats, rows)
  }
  if (plan.task === 'regression') {
    checkWidth(output, width, 1, rows)
    const numbers = values as Numbers
    if (!(numbers instanceof BigInt64Array)) findNotFinite(numbers, 1, 'prediction', faults)
    return { columns: [scalarColumn(output.type, values)], scores: numbers }
  }
  const scores = binaryScores(plan.positive, output, values as Floats, width, rows)
  findNotFinite(scores, 1, 'score', faults)
  return { columns: [scalarColumn(output.type, scores), atLeast(scores, plan.threshold)], scores }
}

function binaryScores(
  positive: number | null,
  output: TensorInfo,
  values: Floats,
  width: number,
  rows: number,
): Floats {
  if (width === 1 && (positive === null || output.shape.length === 0)) return values
  if (positive === null || (rows > 0 && positive >= width)) {
    checkWidth(output, width, positive === null ? 1 : positive + 1, rows)
    return values
  }
  const scores = new (values.constructor as Float32ArrayConstructor)(rows)
  for (let row = 0, at = positive; row < rows; row += 1, at += width) scores[row] = values[at]!
  return scores
}

/** Infinity - Infinity and 0 * NaN are NaN: one sum finds in most batches that there is nothing to find. */
function findNotFinite(values: Floats | Int32Array, width: number, column: string, faults: RowFaults): void {
  let sum = 0
  for (const value of values) sum += value * 0
  if (sum === 0) return
  for (let at = 0; at < values.length; at += 1)
    if (!Number.isFinite(values[at]))
      faults.add(Math.floor(at / width), column, 'SCORE_NOT_FINITE', String(values[at]))
}

function atLeast(scores: Floats, threshold: number): Data {
  const bits = new Uint8Array((scores.length + 7) >> 3)
  for (let row = 0; row < scores.length; row += 1)
    if (scores[row]! >= threshold) bits[row >> 3]! |= 1 << (row & 7)
  return vector(new Bool(), scores.length, bits)
}

function classColumns(
  classes: readonly string[],
  type: ElementType,
  probabilities: Floats,
  rows: number,
): PredictionVectors {
  const width = classes.length
  const scores = new (probabilities.constructor as Float32ArrayConstructor)(rows)
  const labels = new Array<string>(rows)
  for (let row = 0; row < rows; row += 1) {
    let best = row * width
    for (let at = best + 1; at < (row + 1) * width; at += 1)
      if (probabilities[at]! > probabilities[best]!) best = at
    scores[row] = probabilities[best]!
    labels[row] = classes[best - row * width]!
  }
  return {
    columns: [textColumn(labels), scalarColumn(type, scores), listColumn(type, probabilities, width, rows)],
    scores,
  }
}

function rawColumn(output: TensorInfo, { values, width }: OutputValues, rows: number): Data {
  if (!isScalar(output)) return listColumn(output.type, values, width, rows)
  checkWidth(output, width, 1, rows)
  return scalarColumn(output.type, values)
}

function scalarColumn(type: ElementType, values: TensorArray): Data {
  if (type === 'string') return textColumn(values as string[])
  if (type === 'bool') return bitColumn(values as Uint8Array)
  return vector(arrowTypes[type](), values.length, values as Numbers)
}

function listColumn(type: ElementType, values: TensorArray, width: number, rows: number): Data {
  const elements = scalarColumn(type, values)
  const offsets = Int32Array.from({ length: rows + 1 }, (_, row) => row * width)
  const list = new List(new Field('item', elements.type, true))
  return new Data(list, 0, rows, 0, [offsets], [elements])
}

function textColumn(texts: readonly string[]): Data {
  const offsets = new Int32Array(texts.length + 1)
  const encoded = texts.map((text, row) => {
    const bytes = Buffer.from(text, 'utf8')
    offsets[row + 1] = offsets[row]! + bytes.byteLength
    return bytes
  })
  return new Data(new Utf8(), 0, texts.length, 0, [offsets, Buffer.concat(encoded)])
}

function bitColumn(flags: Uint8Array): Data {
  const bits = new Uint8Array((flags.length + 7) >> 3)
  flags.forEach((flag, row) => {
    if (flag !== 0) bits[row >> 3]! |= 1 << (row & 7)
  })
  return vector(new Bool(), flags.length, bits)
}

const arrowTypes = {
  float32: () => new Float32(),
  float64: () => new Float64(),
  int64: () => new Int64(),
  int32: () => new Int32(),
}

function vector(type: DataType, length: number, values: Numbers | Uint8Array): Data {
  return new Data(type, 0, length, 0, [undefined, values])
}

function checkWidth(output: TensorInfo, found: number, expected: number, rows: number): void {
  if (rows > 0 && found !== expected)
    throw new NightscoreError('MODEL_RUN_FAILED', {
      found: `${found} values a row in the output "${output.name}"`,
      expected: String(expected),
    })
}
