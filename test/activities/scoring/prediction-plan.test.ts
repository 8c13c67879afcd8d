import { predictionColumns, predictionPlan } from '../../../activities/scoring/prediction-plan'
import { modelManifestSchema, type ModelManifest, type TensorInfo } from '../../../schemas/model-manifest'

const manifest = (task: string, output: Readonly<Record<string, unknown>> = {}): ModelManifest =>
  modelManifestSchema.parse({ name: 'm', task, features: [{ name: 'x', type: 'number' }], output })
const tensor = (name: string, type: TensorInfo['type'], ...shape: (number | null)[]): TensorInfo => ({
  name,
  type,
  shape,
})
const columns = (of: ModelManifest, ...outputs: TensorInfo[]): string[] =>
  predictionColumns(of, { inputs: [], outputs }).map(({ name, type }) => `${name} ${type}`)
const plan = (of: ModelManifest, ...outputs: TensorInfo[]) => predictionPlan(of, { inputs: [], outputs })

test.each([
  ['float32', 'real'],
  ['float64', 'double precision'],
] as const)('the score of %s probabilities is %s', (type, column) => {
  expect(columns(manifest('binary'), tensor('p', type, null, 2))).toEqual([
    `score ${column}`,
    'label boolean',
  ])
})

test('the positive class is the second column of two, or the one named; one column is the score itself', () => {
  expect(plan(manifest('binary'), tensor('p', 'float32', null, 2))).toMatchObject({ positive: 1 })
  expect(plan(manifest('binary', { positive: 0 }), tensor('p', 'float32', null, 2))).toMatchObject({
    positive: 0,
  })
  expect(plan(manifest('binary'), tensor('p', 'float32', null, 1))).toMatchObject({ positive: null })
  expect(plan(manifest('binary'), tensor('p', 'float32', null))).toMatchObject({ positive: null })
})

test('multiclass has label, score and probabilities', () => {
  const of = manifest('multiclass', { classes: ['a', 'b', 'c'] })
  expect(columns(of, tensor('p', 'float32', null, 3))).toEqual([
    'label text',
    'score real',
    'probabilities real[]',
  ])
})

test('a regression’s prediction keeps the output’s type', () => {
  expect(columns(manifest('regression'), tensor('y', 'float64', null, 1))).toEqual([
    'prediction double precision',
  ])
  expect(columns(manifest('regression'), tensor('y', 'int64', null))).toEqual(['prediction bigint'])
})

test('raw has a column per output, an array where a row has several elements or the model leaves it open', () => {
  const outputs = [
    tensor('norm', 'float32', null),
    tensor('total', 'int64', null, 1),
    tensor('flags', 'bool', null, 2),
    tensor('names', 'string', null, null),
    tensor('boxes', 'float64', null, 10, 4),
    tensor('counts', 'int32'),
  ]
  expect(columns(manifest('raw'), ...outputs)).toEqual([
    'norm real',
    'total bigint',
    'flags boolean[]',
    'names text[]',
    'boxes double precision[]',
    'counts integer[]',
  ])
})

test('raw with output.tensor has that output alone', () => {
  expect(
    columns(manifest('raw', { tensor: 'b' }), tensor('a', 'bool', null), tensor('b', 'int32', null)),
  ).toEqual(['b integer'])
})

test('the one output of a fitting type need not be named, of two one must be', () => {
  const sklearn = [tensor('label', 'int64', null), tensor('probabilities', 'float32', null, 2)]
  expect(plan(manifest('binary'), ...sklearn).outputs[0]?.name).toBe('probabilities')
  expect(plan(manifest('regression'), tensor('y', 'float32', null, 1)).outputs[0]?.name).toBe('y')
  expect(() =>
    plan(manifest('regression'), tensor('y', 'float32', null, 1), tensor('z', 'float32', null, 1)),
  ).toThrow(
    /no output.tensor in model.yaml, and 2 outputs of float.*expected output.tensor: one of "y" float32 \[N, 1\], "z"/,
  )
})

test.each([
  [
    'labels as score',
    manifest('binary'),
    tensor('label', 'int64', null),
    /"label" int64 \[N\] .*expected an output of float32 or float64/,
  ],
  [
    'three columns for two classes',
    manifest('binary'),
    tensor('p', 'float32', null, 3),
    /3 values a row; expected 2/,
  ],
  [
    'no such column',
    manifest('binary', { positive: 2 }),
    tensor('p', 'float32', null, 2),
    /a column 2 \(output.positive, counted from 0\)/,
  ],
  [
    'fewer columns than classes',
    manifest('multiclass', { classes: ['a', 'b', 'c'] }),
    tensor('p', 'float32', null, 2),
    /2 values a row; expected 3: a probability for each/,
  ],
  [
    'two predictions a row',
    manifest('regression'),
    tensor('y', 'float32', null, 2),
    /2 values a row; expected 1: one prediction a row/,
  ],
  [
    'a name that every table has',
    manifest('raw'),
    tensor('batch', 'float32', null),
    /an output named "batch"/,
  ],
  [
    'another output’s name',
    manifest('raw', { tensor: 'outt' }),
    tensor('out', 'float32', null),
    /no output "outt" .*nearest: "out"/,
  ],
])('%s: refused', (_, of, output, message) => {
  expect(() => plan(of, output)).toThrow(message)
  expect(() => plan(of, output)).toThrow('[MODEL_SIGNATURE_MISMATCH]')
})
