import path from 'node:path'
import { planned, type Read, type ReadOptions } from '../../contracts/read-source'
import { writeParquet } from '../../contracts/write-parquet'
import { temporaryFolder } from '../../stack'

async function plan(more: Partial<ReadOptions> & { readonly where?: string }): Promise<Read> {
  const folder = temporaryFolder()
  const { where, ...rest } = more
  await writeParquet(
    `${folder}/a.parquet`,
    "SELECT 1 AS id, 2.5::double AS temp, 'x' AS carrier, DATE '2013-07-04' AS day",
  )
  const source = { parquet: 'a.parquet', ...(where === undefined ? {} : { where }) }
  return planned({ folder, stagingFolder: path.join(folder, 'staged'), source, ...rest })
}

test('a feature without an expression is the column of its name', async () => {
  const { scan } = await plan({ model: [{ name: 'temp', type: 'number' }], elementType: 'float64' })
  expect(scan.features).toEqual([
    { name: 'temp', sql: '"temp"', elementType: 'float64', sourceType: 'DOUBLE', mayFail: false },
  ])
})

test('a feature with one has its type, and is told whether it may fail', async () => {
  const { scan } = await plan({
    model: [{ name: 'temp', type: 'number' }],
    features: { temp: "carrier || '1'" },
  })
  expect(scan.features).toMatchObject([{ sourceType: 'VARCHAR', mayFail: true }])
})

test('an expression for a feature that this version lacks is no error', async () => {
  await plan({ model: [{ name: 'temp', type: 'number' }], features: { other: 'id + 1' } })
})

test('each tensor of a model without a packed one gives its feature’s type', async () => {
  const { scan } = await plan({ model: [{ name: 'temp', type: 'number' }] })
  expect(scan.features[0]!.elementType).toBe('float32')
})

describe('errors name the place', () => {
  test.each([
    [
      { model: [{ name: 'tmp', type: 'number' }] },
      /no column "tmp" \(feature "tmp"\).*nearest is "temp".*\[COLUMN_MISSING\]/,
    ],
    [{ key: ['ID'] }, /no column "ID" \(key\).*nearest is "id".*\[COLUMN_MISSING\]/],
    [{ carry: ['carier'] }, /no column "carier" \(carry\).*nearest is "carrier".*\[COLUMN_MISSING\]/],
    [{ features: { one: 'tempp + 1' } }, /feature "one": tempp \+ 1.*"temp".*\[EXPRESSION_INVALID\]/],
    [{ features: { one: 'carrier + 1' } }, /feature "one": carrier \+ 1.*\[EXPRESSION_INVALID\]/],
    [{ features: { one: 'file_row_number' } }, /file_row_number.*\[EXPRESSION_INVALID\]/],
    [{ features: { one: 'length(filename)' } }, /filename.*\[EXPRESSION_INVALID\]/],
    [{ where: 'temp' }, /where: temp.*it is DOUBLE, not BOOLEAN.*\[EXPRESSION_INVALID\]/],
    [{ where: 'tempp > 1' }, /where: tempp > 1.*\[EXPRESSION_INVALID\]/],
    [{ where: 'now() > day' }, /where: now\(\) > day.*\[EXPRESSION_REFUSED\]/],
  ] as const)('%j', (more, message) => expect(plan(more)).rejects.toThrow(message))
})
