import { inputLayout } from '../../../activities/features/input-layout'
import type { ModelSignature, TensorInfo } from '../../../schemas/model-manifest'
import { manifestOf, signatureOf } from './scanned-batch'

const number = (name: string) => ({ name, type: 'number' })
const inputs = (...tensors: TensorInfo[]): ModelSignature => ({ inputs: tensors, outputs: [] })
const tensor = (name: string, type: TensorInfo['type'], shape: TensorInfo['shape']): TensorInfo => ({
  name,
  type,
  shape,
})

test('packed features lie one after the other in one tensor, a list taking its length', () => {
  const manifest = manifestOf([number('a'), { name: 'l', type: 'list', length: 3 }, number('b')])
  const { tensors, slots } = inputLayout(manifest, signatureOf('float32', 5))
  expect(tensors).toEqual([{ name: 'input', type: 'float32', width: 5, flat: false }])
  expect(slots.map(({ offset, width }) => [offset, width])).toEqual([
    [0, 1],
    [1, 3],
    [4, 1],
  ])
})

test('without a packed tensor each feature feeds the input of its name, [N] or [N, K]', () => {
  const manifest = manifestOf([number('a'), { name: 'l', type: 'list', length: 3 }], {})
  const signature = inputs(tensor('l', 'float64', [null, 3]), tensor('a', 'int64', [null]))
  expect(inputLayout(manifest, signature).tensors).toEqual([
    { name: 'a', type: 'int64', width: 1, flat: true },
    { name: 'l', type: 'float64', width: 3, flat: false },
  ])
})

test('a width that the model leaves open is the manifest’s', () => {
  expect(inputLayout(manifestOf([number('a')]), signatureOf('float32', null)).tensors[0]?.width).toBe(1)
})

const text = { name: 'a', type: 'text' }
const category = { name: 'a', type: 'category', categories: ['x', 'y'] }
const packed = (type: TensorInfo['type'], shape: TensorInfo['shape'] = [null, 1]) =>
  inputs(tensor('input', type, shape))

test.each([
  [
    'too many features',
    [number('a'), number('b')],
    packed('float32'),
    /found 2 feature columns .*expected 1, as the input "input" float32 \[N, 1\]/,
  ],
  [
    'another tensor name',
    [number('a')],
    inputs(tensor('inputs', 'float32', [null, 1])),
    /no input "input" .*nearest: "inputs".*expected one of "inputs" float32 \[N, 1\]/,
  ],
  [
    'text in floats',
    [text],
    packed('float32'),
    /type text for the float32 input "input".*expected an input of string/,
  ],
  [
    'numbers in strings',
    [number('a')],
    packed('string'),
    /expected an input of float32, float64, int64, int32 for a number/,
  ],
  ['categories in bools', [category], packed('bool'), /type category for the bool input/],
  ['a batch of one', [number('a')], packed('float32', [1, 1]), /takes exactly 1 row at a time.*dynamic/],
  ['three dimensions', [number('a')], packed('float32', [null, 1, 1]), /3 dimensions; expected .*\[N, F\]/],
  [
    'NaN in integers',
    [{ ...number('a'), missing: 'nan' }],
    packed('int64'),
    /missing: nan for the int64 input/,
  ],
  ['half in integers', [{ ...number('a'), missing: 0.5 }], packed('int32'), /whole number that int32 holds/],
  [
    'NaN code in integers',
    [{ ...category, missing: 'nan' }],
    packed('int64'),
    /missing: nan for the int64 input/,
  ],
  ['NaN in strings', [{ ...category, missing: 'nan' }], packed('string'), /code of a category, 0 to 1/],
  ['no such category', [{ ...category, missing: 2 }], packed('string'), /missing: 2 for a string input/],
])('%s: refused, naming both sides', (_, features, signature, message) => {
  const attempt = (): unknown => inputLayout(manifestOf(features), signature)
  expect(attempt).toThrow(message)
  expect(attempt).toThrow('[MODEL_SIGNATURE_MISMATCH]')
})

test('a list of another length than its tensor: refused', () => {
  const manifest = manifestOf([{ name: 'l', type: 'list', length: 3 }], {})
  const attempt = (): unknown => inputLayout(manifest, inputs(tensor('l', 'float32', [null, 4])))
  expect(attempt).toThrow(/feature "l" with 3 values a row; expected 4, as the input "l" float32 \[N, 4\]/)
})

test('an input that nothing feeds: refused', () => {
  const signature = inputs(tensor('a', 'float32', [null, 1]), tensor('b', 'float32', [null, 1]))
  expect(() => inputLayout(manifestOf([number('a')], {}), signature)).toThrow(
    /takes "b" float32 \[N, 1\] besides/,
  )
})
