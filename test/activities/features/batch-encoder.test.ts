import { Bool, Float32, Float64, Int32, Int64, Utf8, type Data } from 'apache-arrow'
import fc from 'fast-check'
import { BatchEncoder } from '../../../activities/features/batch-encoder'
import { inputLayout } from '../../../activities/features/input-layout'
import { RowFaults } from '../../../activities/features/row-faults'
import type { ElementType, ModelManifest, ModelSignature } from '../../../schemas/model-manifest'
import { column, flags, listColumn, manifestOf, plannedOf, scannedBatch, signatureOf } from './scanned-batch'

type Feature = Readonly<Record<string, unknown>>

function encode(
  manifest: ModelManifest,
  signature: ModelSignature,
  columns: Readonly<Record<string, Data>>,
  mayFail = false,
) {
  const layout = inputLayout(manifest, signature)
  const type = signature.inputs[0]!.type
  const encoder = new BatchEncoder(layout, plannedOf(manifest, type, mayFail))
  const faults = new RowFaults()
  const batch = scannedBatch(columns)
  const buffers = encoder.encode(batch, faults)
  const kept = batch.numRows - faults.count
  return {
    tensors: layout.tensors.map(({ width }, i) =>
      Array.from(buffers[i] as ArrayLike<unknown>).slice(0, kept * width),
    ),
    faults: faults.list(),
    outOfRange: encoder.outOfRange,
  }
}

/** Encodes one feature into a tensor of its own width. */
function encodeOne(
  feature: Feature,
  type: ElementType,
  data: Data,
  more: Readonly<Record<string, Data>> = {},
) {
  const manifest = manifestOf([{ name: 'x', ...feature }])
  const width = feature['type'] === 'list' ? (feature['length'] as number) : 1
  const { tensors, faults, outOfRange } = encode(
    manifest,
    signatureOf(type, width),
    { 'feature.0': data, ...more },
    'bad.0' in more,
  )
  return {
    values: tensors[0],
    faults: faults.map(({ index, reason, detail }) => [index, reason, detail]),
    outOfRange,
  }
}

describe('a number', () => {
  const float = (values: readonly unknown[]): Data => column(new Float32(), values)
  const number = { type: 'number' }

  test('null and NaN are missing, and quarantined by default', () => {
    const { values, faults } = encodeOne(number, 'float32', float([1, null, NaN, 2]))
    expect(values).toEqual([1, 2])
    expect(faults).toEqual([
      [1, 'MISSING', 'null'],
      [2, 'MISSING', 'NaN'],
    ])
  })

  test.each([
    ['nan', NaN],
    [-7, -7],
  ])('missing: %s stands in for null and NaN', (missing, standIn) => {
    const { values, faults } = encodeOne({ ...number, missing }, 'float32', float([1, null, NaN]))
    expect([values, faults]).toEqual([[1, standIn, standIn], []])
  })

  test('infinities are quarantined, also where there is no min and max', () => {
    const { values, faults } = encodeOne(number, 'float32', float([Infinity, 3, -Infinity]))
    expect(values).toEqual([3])
    expect(faults).toEqual([
      [0, 'INFINITE', 'Infinity'],
      [2, 'INFINITE', '-Infinity'],
    ])
  })

  test('infinite: allow lets them pass, and counts them where they are out of range', () => {
    const feature = { ...number, infinite: 'allow', max: 5 }
    const { values, faults, outOfRange } = encodeOne(feature, 'float32', float([Infinity, -Infinity]))
    expect([values, faults, outOfRange]).toEqual([[Infinity, -Infinity], [], { x: 1 }])
  })

  test('values outside min and max are counted and scored', () => {
    const { values, faults, outOfRange } = encodeOne(
      { ...number, min: 0, max: 1 },
      'float32',
      float([-1, 0, 1, 2]),
    )
    expect([values, faults, outOfRange]).toEqual([[-1, 0, 1, 2], [], { x: 2 }])
  })

  test('outOfRange: quarantine keeps them from the model', () => {
    const feature = { ...number, min: 0, max: 1, outOfRange: 'quarantine' }
    const { values, faults, outOfRange } = encodeOne(feature, 'float32', float([-1, 0, 2]))
    expect([values, outOfRange]).toEqual([[0], {}])
    expect(faults).toEqual([
      [0, 'OUT_OF_RANGE', '-1, below min 0'],
      [2, 'OUT_OF_RANGE', '2, above max 1'],
    ])
  })

  test('max: 0.1 lets a float32 0.1 pass, which is above 0.1', () => {
    const { outOfRange } = encodeOne({ ...number, min: 0.3, max: 0.1 }, 'float32', float([0.1]))
    expect(outOfRange).toEqual({ x: 1 }) // below min, not above max
    expect(encodeOne({ ...number, max: 0.1 }, 'float32', float([0.1])).outOfRange).toEqual({})
  })

  test('a value that stands in for a missing one is not out of range', () => {
    expect(encodeOne({ ...number, min: 0, missing: -1 }, 'float32', float([null])).outOfRange).toEqual({})
  })

  test('int64 stays exact beyond 2^53, with bounds and missing values', () => {
    const big = 2n ** 53n + 1n
    const feature = { ...number, min: 0, missing: -1 }
    const { values, outOfRange } = encodeOne(feature, 'int64', column(new Int64(), [big, null, -5n]))
    expect([values, outOfRange]).toEqual([[big, -1n, -5n], { x: 1 }])
  })

  test('float64 and int32 have tensors of their own kind', () => {
    expect(encodeOne(number, 'float64', column(new Float64(), [0.1])).values).toEqual([0.1])
    expect(encodeOne(number, 'int32', column(new Int32(), [7])).values).toEqual([7])
  })

  test('what the scan could not convert is quarantined, whatever stands in for missing values', () => {
    const bad = { 'bad.0': flags([false, true]) }
    const { faults } = encodeOne({ ...number, missing: 'nan' }, 'float32', float([1, null]), bad)
    expect(faults).toEqual([[1, 'NOT_CONVERTIBLE', 'a VARCHAR that is no float32']])
  })
})

describe('a boolean', () => {
  test('is 0 and 1 in a bool tensor and in a float one', () => {
    const bits = column(new Bool(), [true, false, true])
    expect(encodeOne({ type: 'boolean' }, 'bool', bits).values).toEqual([1, 0, 1])
    expect(encodeOne({ type: 'boolean' }, 'float32', column(new Float32(), [1, 0])).values).toEqual([1, 0])
    expect(encodeOne({ type: 'boolean' }, 'int64', column(new Int64(), [1n, 0n])).values).toEqual([1n, 0n])
  })

  test('a missing one is quarantined, or what missing says', () => {
    const bits = column(new Bool(), [null, false])
    expect(encodeOne({ type: 'boolean' }, 'bool', bits).faults).toEqual([[0, 'MISSING', 'null']])
    expect(encodeOne({ type: 'boolean', missing: true }, 'bool', bits).values).toEqual([1, 0])
  })
})

describe('a text', () => {
  test('goes into a string tensor as it is', () => {
    const texts = ['plain', '', 'quote " and \n', 'Zürich 😀']
    expect(encodeOne({ type: 'text' }, 'string', column(new Utf8(), texts)).values).toEqual(texts)
  })

  test('a missing one is quarantined, or replaced', () => {
    const data = column(new Utf8(), [null, 'a'])
    expect(encodeOne({ type: 'text' }, 'string', data).faults).toEqual([[0, 'MISSING', 'null']])
    expect(encodeOne({ type: 'text', missing: { value: '?' } }, 'string', data).values).toEqual(['?', 'a'])
  })

  test('with NUL it is quarantined: ONNX Runtime would cut it there', () => {
    const { values, faults } = encodeOne({ type: 'text' }, 'string', column(new Utf8(), ['a\0b', 'c']))
    expect(values).toEqual(['c'])
    expect(faults).toEqual([
      [0, 'NOT_CONVERTIBLE', '"a\\u0000b" holds the character NUL, which a string tensor cannot'],
    ])
  })
})

describe('a category', () => {
  const category = { type: 'category', categories: ['a', 'b'] }
  const codes = (values: readonly unknown[]): Data => column(new Int32(), values)

  test('is its code; unknown and missing ones are quarantined', () => {
    const { values, faults } = encodeOne(category, 'float32', codes([1, -1, null, 0]))
    expect(values).toEqual([1, 0])
    expect(faults).toEqual([
      [1, 'UNKNOWN_CATEGORY', 'not among "a", "b"'],
      [2, 'MISSING', 'null'],
    ])
  })

  test('unknown and missing can have codes', () => {
    const feature = { ...category, unknown: -1, missing: 'nan' }
    expect(encodeOne(feature, 'float32', codes([1, -1, null])).values).toEqual([1, -1, NaN])
    expect(encodeOne({ ...category, unknown: 9, missing: 8 }, 'int64', codes([-1, null])).values).toEqual([
      9n,
      8n,
    ])
  })

  test('in a string tensor is itself; an unknown one passes, becomes a category, or is quarantined', () => {
    const texts = column(new Utf8(), ['b', 'new', null])
    const code = { 'code.0': codes([1, -1, null]) }
    expect(encodeOne({ ...category, unknown: -1, missing: 0 }, 'string', texts, code).values).toEqual([
      'b',
      'new',
      'a',
    ])
    expect(encodeOne({ ...category, unknown: 0, missing: 1 }, 'string', texts, code).values).toEqual([
      'b',
      'a',
      'b',
    ])
    expect(encodeOne(category, 'string', texts, code).faults).toEqual([
      [1, 'UNKNOWN_CATEGORY', '"new", not among "a", "b"'],
      [2, 'MISSING', 'null'],
    ])
  })
})

describe('a list', () => {
  const list = { type: 'list', length: 2 }
  const pairs = (values: readonly unknown[]): Data => listColumn(new Float32(), 2, values)
  const good = (count: number) => ({ 'bad.0': flags(new Array<boolean>(count).fill(false)) })

  test('fills [N, K]', () => {
    expect(
      encodeOne(
        list,
        'float32',
        pairs([
          [1, 2],
          [3, 4],
        ]),
        good(2),
      ).values,
    ).toEqual([1, 2, 3, 4])
  })

  test('of another length is quarantined', () => {
    const data = pairs([null, [3, 4]])
    const { values, faults } = encodeOne(list, 'float32', data, { 'bad.0': flags([true, false]) })
    expect([values, faults]).toEqual([[3, 4], [[0, 'LIST_LENGTH', 'not a list of 2 float32']]])
  })

  test('that is missing, or has missing or infinite elements, follows the rules of numbers', () => {
    const data = pairs([null, [1, null], [NaN, 2], [Infinity, 3], [4, 5]])
    expect(encodeOne(list, 'float32', data, good(5)).faults).toEqual([
      [0, 'MISSING', 'null'],
      [1, 'MISSING', 'null among the elements'],
      [2, 'MISSING', 'NaN among the elements'],
      [3, 'INFINITE', 'Infinity'],
    ])
    const { values } = encodeOne({ ...list, missing: -1, infinite: 'allow' }, 'float32', data, good(5))
    expect(values).toEqual([-1, -1, 1, -1, -1, 2, Infinity, 3, 4, 5])
  })

  test('lies beside other features in a packed tensor', () => {
    const manifest = manifestOf([
      { name: 'a', type: 'number' },
      { name: 'l', ...list },
      { name: 'b', type: 'number' },
    ])
    const float = (values: readonly number[]): Data => column(new Float32(), values)
    const columns = {
      'feature.0': float([1, 5]),
      'feature.1': pairs([
        [2, 3],
        [6, 7],
      ]),
      'feature.2': float([4, 8]),
    }
    const { tensors } = encode(manifest, signatureOf('float32', 4), {
      ...columns,
      'bad.1': flags([false, false]),
    })
    expect(tensors[0]).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  })
})

test('a row has one fault: the first feature’s, and of one feature the conversion before the rest', () => {
  const manifest = manifestOf([
    { name: 'a', type: 'number', max: 1, outOfRange: 'quarantine' },
    { name: 'b', type: 'number' },
  ])
  const columns = {
    'feature.0': column(new Float32(), [9, 0, null]),
    'feature.1': column(new Float32(), [null, null, 0]),
    'bad.0': flags([false, false, true]),
    'bad.1': flags([false, false, false]),
  }
  const { faults } = encode(manifest, signatureOf('float32', 2), columns, true)
  expect(faults.map(({ index, column: name, reason }) => [index, name, reason])).toEqual([
    [0, 'a', 'OUT_OF_RANGE'],
    [1, 'b', 'MISSING'],
    [2, 'a', 'NOT_CONVERTIBLE'],
  ])
})

test('the rows that stay keep their values and order, whichever rows go', () => {
  const value = fc.oneof(
    fc.constantFrom(null, NaN, Infinity),
    fc.float({ noNaN: true, noDefaultInfinity: true }),
  )
  const rows = fc.array(fc.tuple(value, value, value), { maxLength: 40 })
  fc.assert(
    fc.property(rows, (table) => {
      const names = ['a', 'b', 'c']
      const manifest = manifestOf(names.map((name) => ({ name, type: 'number' })))
      const columns = Object.fromEntries(
        names.map((_, f) => [
          `feature.${f}`,
          column(
            new Float32(),
            table.map((row) => row[f]),
          ),
        ]),
      )
      const { tensors, faults } = encode(manifest, signatureOf('float32', 3), columns)
      const kept = table.filter((row) => row.every((one) => one !== null && Number.isFinite(one)))
      expect(tensors[0]).toEqual(kept.flat().map((one) => Math.fround(one!)))
      expect(faults).toHaveLength(table.length - kept.length)
    }),
  )
})

test('the tensors’ memory is used again, and grows', () => {
  const manifest = manifestOf([{ name: 'x', type: 'number' }])
  const encoder = new BatchEncoder(
    inputLayout(manifest, signatureOf('float32', 1)),
    plannedOf(manifest, 'float32'),
  )
  const run = (values: readonly number[]) =>
    encoder.encode(scannedBatch({ 'feature.0': column(new Float32(), values) }), new RowFaults())[0]
  const first = run([1, 2, 3])
  expect(run([4])).toBe(first)
  expect(Array.from(run([5, 6, 7, 8]) as Float32Array)).toEqual([5, 6, 7, 8])
})
