import { compareGolden, flipsLabel } from '../../../activities/scoring/compare-golden'
import { modelManifestSchema, type ModelManifest } from '../../../schemas/model-manifest'
import type { PlainValue } from '../../../activities/scoring/value-at'

const manifest = (task: string, output: Readonly<Record<string, unknown>> = {}): ModelManifest =>
  modelManifestSchema.parse({ name: 'm', task, features: [{ name: 'x', type: 'number' }], output })

type Values = Readonly<Record<string, PlainValue>>
const agrees = (expected: Values, found: Values, of = manifest('regression')): boolean[] =>
  compareGolden({ expected, found }, of).map((one) => one.agrees)

test.each([
  [1, 1.0001, true],
  [1, 1.00012, false],
  [0, 0.00001, true],
  [0, 0.000011, false],
  [-1e6, -1_000_100, true],
  [NaN, NaN, true],
  [NaN, 0, false],
  [Infinity, Infinity, true],
  [Infinity, 1e308, false],
  [2n ** 60n, 2n ** 60n, true],
  ['quarantined (MISSING: x, null)', 1, false],
])('|found - expected| <= 1e-5 + 1e-4 |expected|: %s and %s: %s', (found, expected, same) => {
  expect(agrees({ prediction: expected }, { prediction: found })).toEqual([same])
})

test('arrays are compared element by element, and by length', () => {
  expect(agrees({ p: [0.1, 0.9] }, { p: [0.1, 0.9] })).toEqual([true])
  expect(agrees({ p: [0.1, 0.9] }, { p: [0.9, 0.1] })).toEqual([false])
  expect(agrees({ p: [0.1, 0.9] }, { p: [0.1] })).toEqual([false])
  expect(agrees({ p: ['a', true] }, { p: ['a', true] })).toEqual([true])
})

test('a scalar output may be forecast as a list of one', () => {
  expect(agrees({ p: [3] }, { p: 3 })).toEqual([true])
})

test('a null forecast is not compared', () => {
  expect(agrees({ prediction: null }, { prediction: 'quarantined' })).toEqual([])
})

test('the difference is told in absolute and relative terms, the largest of an array', () => {
  const [difference] = compareGolden({ expected: { p: [2, 10] }, found: { p: [3, 12] } }, manifest('raw'))
  expect(difference).toMatchObject({ column: 'p', absolute: 2, relative: 0.5 })
})

describe('a binary label', () => {
  const binary = manifest('binary', { threshold: 0.4 })

  test.each([[true], [1], ['1'], ['true']])('%s is true', (label) => {
    expect(agrees({ label }, { label: true, score: 0.9 }, binary)).toEqual([true])
    expect(agrees({ label }, { label: false, score: 0.1 }, binary)).toEqual([false])
  })

  test('may be either where the score is the threshold, within the tolerance', () => {
    expect(agrees({ label: true }, { label: false, score: 0.399_99 }, binary)).toEqual([true])
    expect(agrees({ label: true }, { label: false, score: 0.399 }, binary)).toEqual([false])
  })
})

describe('a multiclass label', () => {
  const classes = manifest('multiclass', { classes: ['0', '1', '2'] })

  test('is compared as text', () => {
    expect(agrees({ label: 2 }, { label: '2', score: 0.8, probabilities: [0.1, 0.1, 0.8] }, classes)).toEqual(
      [true],
    )
    expect(agrees({ label: 1 }, { label: '2', score: 0.8, probabilities: [0.1, 0.1, 0.8] }, classes)).toEqual(
      [false],
    )
  })

  test('may be another that is as probable', () => {
    const found = { label: '2', score: 0.45, probabilities: [0.1, 0.45, 0.45] }
    expect(agrees({ label: '1' }, found, classes)).toEqual([true])
  })
})

describe('a flipped label', () => {
  const binary = manifest('binary', { positive: 1, threshold: 0.5 })
  const multiclass = manifest('multiclass', { classes: ['a', 'b', 'c'] })
  test.each<[string, ModelManifest, Values, Values, boolean | null]>([
    ['of a label', binary, { label: 1 }, { score: 0.4, label: false }, true],
    ['of the same label', binary, { label: 'true' }, { score: 0.6, label: true }, false],
    ['of a score over the threshold', binary, { score: 0.5 }, { score: 0.4999999, label: false }, true],
    ['of a score below it', binary, { score: 0.1 }, { score: 0.2, label: false }, false],
    ['of a null forecast', binary, { score: null }, { score: 0.2, label: false }, null],
    [
      'of a row that was not scored',
      binary,
      { score: 0.6 },
      { score: 'quarantined', label: 'quarantined' },
      null,
    ],
    ['of a class', multiclass, { label: 'b' }, { score: 0.6, label: 'c' }, true],
    ['of probabilities', multiclass, { probabilities: [0.1, 0.2, 0.7] }, { score: 0.6, label: 'c' }, false],
    ['of a score alone', multiclass, { score: 0.7 }, { score: 0.6, label: 'c' }, null],
    ['of a regression', manifest('regression'), { prediction: 1 }, { prediction: 2 }, null],
  ])('%s', (_, of, expected, found, flips) => {
    expect(flipsLabel({ expected, found }, of)).toBe(flips)
  })
})
