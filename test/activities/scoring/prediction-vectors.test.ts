import { RowFaults } from '../../../activities/features/row-faults'
import { predictionColumns, predictionPlan } from '../../../activities/scoring/prediction-plan'
import { predictionVectors } from '../../../activities/scoring/prediction-vectors'
import { valueAt } from '../../../activities/scoring/value-at'
import { checkArrowForm } from '../../../activities/data/sinks/arrow-form'
import type { TensorArray } from '../../../activities/features/tensor-buffer'
import { modelManifestSchema, type ModelManifest, type TensorInfo } from '../../../schemas/model-manifest'

const manifest = (task: string, output: Readonly<Record<string, unknown>> = {}): ModelManifest =>
  modelManifestSchema.parse({ name: 'm', task, features: [{ name: 'x', type: 'number' }], output })

/** The rows that the columns hold, checked to be in the forms that sinks take, and the faults. */
function made(of: ModelManifest, output: TensorInfo, values: TensorArray, width: number) {
  const signature = { inputs: [], outputs: [output] }
  const rows = values.length / width
  const faults = new RowFaults()
  const { columns, scores } = predictionVectors(
    predictionPlan(of, signature),
    [{ values, width }],
    rows,
    faults,
  )
  predictionColumns(of, signature).forEach((column, i) => checkArrowForm(column, columns[i]))
  return {
    rows: Array.from({ length: rows }, (_, row) => columns.map((column) => valueAt(column, row))),
    scores: scores && Array.from(scores as ArrayLike<unknown>),
    faults: faults.list().map(({ index, column, reason, detail }) => [index, column, reason, detail]),
  }
}

const output = (type: TensorInfo['type'], ...shape: (number | null)[]): TensorInfo => ({
  name: 'out',
  type,
  shape,
})

test('binary: the score is the positive column, the label whether it reaches the threshold', () => {
  const { rows, scores } = made(
    manifest('binary'),
    output('float32', null, 2),
    new Float32Array([0.75, 0.25, 0.5, 0.5]),
    2,
  )
  expect(rows).toEqual([
    [0.25, false],
    [0.5, true],
  ])
  expect(scores).toEqual([0.25, 0.5])
})

test('binary: one column is the score', () => {
  const { rows } = made(
    manifest('binary', { threshold: 0.2 }),
    output('float64', null, 1),
    new Float64Array([0.1, 0.3]),
    1,
  )
  expect(rows).toEqual([
    [0.1, false],
    [0.3, true],
  ])
})

test('multiclass: the first of the best classes', () => {
  const of = manifest('multiclass', { classes: ['a', 'ü', 'c'] })
  const { rows } = made(of, output('float32', null, 3), new Float32Array([0, 0.5, 0.5, 1, 0, 0]), 3)
  expect(rows).toEqual([
    ['ü', 0.5, [0, 0.5, 0.5]],
    ['a', 1, [1, 0, 0]],
  ])
})

test('regression: int64 stays exact', () => {
  const big = 2n ** 62n + 1n
  expect(made(manifest('regression'), output('int64', null), new BigInt64Array([big]), 1).rows).toEqual([
    [big],
  ])
})

test('raw: scalars, and arrays of every element type', () => {
  const raw = manifest('raw')
  expect(made(raw, output('bool', null), new Uint8Array([1, 0]), 1).rows).toEqual([[true], [false]])
  expect(made(raw, output('bool', null, 2), new Uint8Array([1, 0, 0, 1]), 2).rows).toEqual([
    [[true, false]],
    [[false, true]],
  ])
  expect(made(raw, output('string', null, 2), ['a', 'ü'], 2).rows).toEqual([[['a', 'ü']]])
  expect(made(raw, output('int32', null), new Int32Array([-1]), 1).rows).toEqual([[-1]])
  expect(made(raw, output('float32', null, null), new Float32Array([1, 2]), 1).rows).toEqual([[[1]], [[2]]])
})

test('a score that is not finite is a fault, also among probabilities; raw outputs may hold anything', () => {
  const notFinite = new Float32Array([0.5, NaN, Infinity])
  expect(made(manifest('regression'), output('float32', null), notFinite, 1).faults).toEqual([
    [1, 'prediction', 'SCORE_NOT_FINITE', 'NaN'],
    [2, 'prediction', 'SCORE_NOT_FINITE', 'Infinity'],
  ])
  const of = manifest('multiclass', { classes: ['a', 'b'] })
  const faults = [[1, 'probabilities', 'SCORE_NOT_FINITE', 'NaN']]
  expect(made(of, output('float32', null, 2), new Float32Array([0, 1, NaN, 1]), 2).faults).toEqual(faults)
  expect(made(manifest('raw'), output('float32', null), notFinite, 1).faults).toEqual([])
})

test('another width than was registered fails the run', () => {
  const three = new Float32Array([1, 2, 3])
  const attempt =
    (of: ModelManifest, ...shape: (number | null)[]) =>
    () =>
      made(of, output('float32', ...shape), three, 3)
  expect(attempt(manifest('regression'), null, null)).toThrow(
    /3 values a row in the output "out"; expected 1/,
  )
  expect(attempt(manifest('multiclass', { classes: ['a', 'b'] }), null, null)).toThrow(/expected 2/)
  expect(attempt(manifest('binary', { positive: 3 }), null, null)).toThrow(/expected 4/)
})
