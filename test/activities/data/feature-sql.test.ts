import path from 'node:path'
import type { ElementType } from '../../../schemas/model-manifest'
import { temporaryFolder } from '../../stack'
import { batchesOf, planned, valuesOf } from '../../contracts/read-source'
import { writeParquet } from '../../contracts/write-parquet'

/** Reads one feature from a Parquet column made of `values`, SQL literals of `type`. */
async function read(
  feature: object,
  type: string,
  values: readonly string[],
  elementType: ElementType = 'float32',
): Promise<{ value: unknown[]; bad: unknown[] | null; code: unknown[] | null; mayFail: boolean }> {
  const folder = temporaryFolder()
  const rows = values.map((value, i) => `(${i}, CAST(${value} AS ${type}))`).join(', ')
  await writeParquet(`${folder}/a.parquet`, `SELECT * FROM (VALUES ${rows}) AS t(id, f)`)
  const plan = await planned({
    folder,
    stagingFolder: path.join(folder, 'staged'),
    source: { parquet: 'a.parquet' },
    model: [{ name: 'f', ...feature }],
    elementType,
  })
  const batches = await batchesOf(plan)
  const has = (name: string): boolean => batches[0]!.schema.names.includes(name)
  return {
    value: valuesOf(batches, 'feature.0'),
    bad: has('bad.0') ? valuesOf(batches, 'bad.0') : null,
    code: has('code.0') ? valuesOf(batches, 'code.0') : null,
    mayFail: plan.scan.features[0]!.mayFail,
  }
}

const number = { type: 'number' }

describe('a number for a float tensor', () => {
  test.each([
    ['DOUBLE', ['1.5', 'NULL', "'nan'", "'-inf'"], [1.5, null, NaN, -Infinity]],
    ['FLOAT', ['1.5', 'NULL', "'nan'"], [1.5, null, NaN]],
    ['BOOLEAN', ['true', 'false', 'NULL'], [1, 0, null]],
    ['TINYINT', ['-128', 'NULL'], [-128, null]],
    ['UINTEGER', ['4294967295', 'NULL'], [Math.fround(4294967295), null]],
    ['BIGINT', ['9007199254740993', 'NULL'], [Math.fround(2 ** 53), null]],
    ['UBIGINT', ['18446744073709551615', 'NULL'], [Math.fround(2 ** 64), null]],
    ['DECIMAL(18,3)', ['123.456', 'NULL'], [Math.fround(123.456), null]],
    ['DECIMAL(38,0)', ['12345678901234567890', 'NULL'], [Math.fround(1.2345678901234567e19), null]],
  ])('%s converts and cannot fail', async (type, values, expected) => {
    const { value, bad, mayFail } = await read(number, type, values)
    expect({ value, bad, mayFail }).toEqual({ value: expected, bad: null, mayFail: false })
  })

  test('a double is rounded to the nearest float, and beyond its range is infinite, as numpy’s astype', async () => {
    const { value } = await read(number, 'DOUBLE', ['0.1', '1e39', '-1e300', '1e-50'])
    expect(value).toEqual([Math.fround(0.1), Infinity, -Infinity, 0])
  })

  test('float64 keeps a double as it is, and text as a double', async () => {
    expect((await read(number, 'DOUBLE', ['0.1', '1e300'], 'float64')).value).toEqual([0.1, 1e300])
    expect((await read(number, 'VARCHAR', ["'0.1'"], 'float64')).value).toEqual([0.1])
  })

  test('text that is no number is bad, never an exception', async () => {
    const values = ["'1.5'", "'abc'", "''", 'NULL', "'nan'", "'1e39'", "' 2 '", "'1,5'"]
    const { value, bad, mayFail } = await read(number, 'VARCHAR', values)
    expect({ value, bad, mayFail }).toEqual({
      value: [1.5, null, null, null, NaN, Infinity, 2, null],
      bad: [false, true, true, false, false, false, false, true],
      mayFail: true,
    })
  })

  test('an all-null column without a type is missing throughout', async () => {
    expect((await read(number, 'INTEGER', ['NULL', 'NULL'])).value).toEqual([null, null])
  })
})

describe('a number for an integer tensor', () => {
  test('64-bit integers are exact', async () => {
    const { value, bad } = await read(
      number,
      'BIGINT',
      ['9007199254740993', '-9223372036854775808', 'NULL'],
      'int64',
    )
    expect({ value, bad }).toEqual({ value: [9007199254740993n, -9223372036854775808n, null], bad: null })
  })

  test.each([
    [
      'DOUBLE',
      ['2', '2.5', "'nan'", "'inf'", '1e30', 'NULL'],
      [2n, null, null, null, null, null],
      [false, true, false, true, true, false],
    ],
    [
      'VARCHAR',
      ["'9007199254740993'", "'2.5'", "'x'", "'nan'", "'1e3'", 'NULL'],
      [9007199254740993n, null, null, null, 1000n, null],
      [false, true, true, false, false, false],
    ],
    ['DECIMAL(10,2)', ['2.00', '2.50', 'NULL'], [2n, null, null], [false, true, false]],
    ['UBIGINT', ['7', '18446744073709551615', 'NULL'], [7n, null, null], [false, true, false]],
  ])(
    '%s: a fraction or a number out of range is bad, never rounded',
    async (type, values, expected, flags) => {
      const { value, bad } = await read(number, type, values, 'int64')
      expect({ value, bad }).toEqual({ value: expected, bad: flags })
    },
  )

  test('int32 flags what does not fit', async () => {
    const { value, bad } = await read(number, 'BIGINT', ['7', '2147483648', 'NULL'], 'int32')
    expect({ value, bad }).toEqual({ value: [7, null, null], bad: [false, true, false] })
  })
})

describe('a boolean', () => {
  const boolean = { type: 'boolean' }
  test.each([
    ['bool', [true, false, null]],
    ['float32', [1, 0, null]],
    ['int64', [1n, 0n, null]],
    ['int32', [1, 0, null]],
  ] as const)('from BOOLEAN for a tensor of %s', async (elementType, expected) => {
    expect((await read(boolean, 'BOOLEAN', ['true', 'false', 'NULL'], elementType)).value).toEqual(expected)
  })

  test.each([
    ['INTEGER', ['0', '1', '2', 'NULL'], [false, true, true, false]],
    ['DOUBLE', ['0', '1', '0.5', "'nan'"], [false, false, true, false]],
    ['VARCHAR', ["'false'", "'t'", "'maybe'", 'NULL'], [false, false, true, false]],
  ])('from %s: what is neither true nor false is bad', async (type, values, flags) => {
    const { bad } = await read(boolean, type, values, 'bool')
    expect(bad).toEqual(type === 'INTEGER' ? [false, false, true, false] : flags)
  })
})

describe('a category', () => {
  const category = { type: 'category', categories: ['AA', 'it’s', "o'x", ''] }
  test('is its index among the categories, -1 where unknown, null where missing', async () => {
    const { value } = await read(category, 'VARCHAR', ["'AA'", "'o''x'", "''", "'aa'", "' AA'", 'NULL'])
    expect(value).toEqual([0, 2, 3, -1, -1, null])
  })

  test('for a text tensor is the text itself, with the code beside it', async () => {
    const { value, code } = await read(category, 'VARCHAR', ["'AA'", "'new ☃'", 'NULL'], 'string')
    expect({ value, code }).toEqual({ value: ['AA', 'new ☃', null], code: [0, -1, null] })
  })

  test.each([
    ['INTEGER', ['1', '2', 'NULL'], ['1', '7'], [0, -1, null]],
    ['DOUBLE', ['1', "'nan'", 'NULL'], ['1.0'], [0, null, null]],
    ['BOOLEAN', ['true', 'false'], ['false', 'true'], [1, 0]],
    ['DATE', ["'2013-07-04'"], ['2013-07-04'], [0]],
  ])('from %s is compared as DuckDB prints it', async (type, values, categories, expected) => {
    expect((await read({ type: 'category', categories }, type, values)).value).toEqual(expected)
  })

  test('300 categories have codes beyond a byte', async () => {
    const categories = Array.from({ length: 300 }, (_, i) => `c${i}`)
    expect((await read({ type: 'category', categories }, 'VARCHAR', ["'c299'", "'c300'"])).value).toEqual([
      299, -1,
    ])
  })
})

describe('a list', () => {
  const list = { type: 'list', length: 2 }
  test('has its elements, null elements kept; another length is bad, a missing list is null', async () => {
    const { value, bad } = await read(list, 'FLOAT[]', [
      '[1.5, 2]',
      '[1, NULL]',
      '[1]',
      '[1, 2, 3]',
      '[]',
      'NULL',
    ])
    expect(value).toEqual([[1.5, 2], [1, null], null, null, null, null])
    expect(bad).toEqual([false, false, true, true, true, false])
  })

  test('doubles beyond float32 become infinite, as numbers do', async () => {
    expect((await read(list, 'DOUBLE[]', ['[1e39, 0.1]'])).value).toEqual([[Infinity, Math.fround(0.1)]])
  })

  test('text elements that are no numbers, and fractions for integers, are bad', async () => {
    expect(await read(list, 'VARCHAR[]', ["['1', '2']", "['1', 'x']"])).toMatchObject({
      value: [[1, 2], null],
      bad: [false, true],
    })
    expect(await read(list, 'DOUBLE[]', ['[1, 2]', '[1, 2.5]'], 'int64')).toMatchObject({
      value: [[1n, 2n], null],
      bad: [false, true],
    })
  })

  test('integers are exact', async () => {
    expect((await read(list, 'BIGINT[]', ['[9007199254740993, -1]'], 'int64')).value).toEqual([
      [9007199254740993n, -1n],
    ])
  })

  test('of text', async () => {
    expect(
      (await read(list, 'VARCHAR[]', ["['a', 'a long text, over twelve bytes']"], 'string')).value,
    ).toEqual([['a', 'a long text, over twelve bytes']])
  })
})

test('text is what DuckDB prints', async () => {
  expect((await read({ type: 'text' }, 'VARCHAR', ["'a\nb ☃'", "''", 'NULL'], 'string')).value).toEqual([
    'a\nb ☃',
    '',
    null,
  ])
  expect((await read({ type: 'text' }, 'DATE', ["'2013-07-04'"], 'string')).value).toEqual(['2013-07-04'])
})

describe('types that cannot be', () => {
  test.each([
    [number, 'DATE', 'float32'],
    [number, 'BLOB', 'float32'],
    [number, 'INTEGER[]', 'float32'],
    [{ type: 'boolean' }, 'TIMESTAMP', 'bool'],
    [{ type: 'category', categories: ['a'] }, 'BLOB', 'float32'],
    [{ type: 'list', length: 2 }, 'DOUBLE', 'float32'],
    [{ type: 'list', length: 2 }, 'DATE[]', 'float32'],
  ] as const)('%j from %s names type and feature', (feature, type, elementType) =>
    expect(read(feature, type, ['NULL'], elementType)).rejects.toThrow(
      /type .* for the feature "f".*\[COLUMN_TYPE_UNSUPPORTED\]/,
    ),
  )

  test.each([
    [number, 'string'],
    [{ type: 'text' }, 'float32'],
  ] as const)('%j for a tensor of %s does not fit the model', (feature, elementType) =>
    expect(read(feature, 'VARCHAR', ['NULL'], elementType)).rejects.toMatchObject({
      code: 'MODEL_SIGNATURE_MISMATCH',
    }),
  )
})
