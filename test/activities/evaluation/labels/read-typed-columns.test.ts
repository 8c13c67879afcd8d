import { readTypedColumns, typedBatches } from '../../../../activities/evaluation/labels/read-typed-columns'
import { openSandbox, type Sandbox } from '../../../../activities/data/sandbox'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await openSandbox([], { threads: 1 })
})
afterAll(() => sandbox.close())

const selects = {
  number: { sql: 'range / 2', type: 'DOUBLE' },
  hash: { sql: 'hash(range)', type: 'UBIGINT' },
  code: { sql: 'range - 1', type: 'INTEGER' },
  flag: { sql: 'range % 2 = 1', type: 'UTINYINT' },
  pair: { sql: '[range, range + 1]', type: 'DOUBLE', size: 2 },
} as const

test('columns are typed arrays of all rows, lists one after the other', async () => {
  const rows = 5_000
  const { number, hash, code, flag, pair } = await readTypedColumns(sandbox, `range(${rows})`, selects)
  expect(number).toEqual(Float64Array.from({ length: rows }, (_, i) => i / 2))
  expect(code).toEqual(Int32Array.from({ length: rows }, (_, i) => i - 1))
  expect(flag).toEqual(Uint8Array.from({ length: rows }, (_, i) => i % 2))
  expect(pair).toEqual(Float64Array.from({ length: 2 * rows }, (_, i) => (i % 2 === 0 ? i / 2 : (i + 1) / 2)))
  expect(new Set(hash).size).toBe(rows)
})

test('in batches they are the same rows', async () => {
  const whole = await readTypedColumns(sandbox, 'range(5000)', selects)
  const sizes: number[] = []
  const codes: number[] = []
  const pairs: number[] = []
  for await (const batch of typedBatches(sandbox, 'range(5000)', selects, 1_500)) {
    sizes.push(batch.code.length)
    codes.push(...batch.code)
    pairs.push(...batch.pair)
  }
  expect(sizes).toEqual([1_500, 1_500, 1_500, 500])
  expect(codes).toEqual([...whole.code])
  expect(pairs).toEqual([...whole.pair])
})

test('no rows are empty arrays', async () => {
  const { number, pair } = await readTypedColumns(sandbox, 'range(0)', selects)
  expect([number.length, pair.length]).toEqual([0, 0])
})
