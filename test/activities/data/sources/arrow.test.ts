import fs from 'node:fs'
import path from 'node:path'
import { columnsAsText, planned, type ReadOptions } from '../../../contracts/read-source'
import { temporaryFolder } from '../../../stack'

const golden = path.resolve(__dirname, '../../../golden/sources')
const kinds = JSON.parse(fs.readFileSync(path.join(golden, 'kinds.json'), 'utf8')) as Record<
  string,
  (string | null)[]
>

function inFolder(folder: string, arrow: string, more: Partial<ReadOptions> = {}): ReadOptions {
  return { folder, stagingFolder: temporaryFolder(), source: { arrow }, ...more }
}

const names = Object.keys(kinds).filter((name) => name !== 'uuid')
const carry = names.filter((name) => name !== 'id')

describe('every type that pyarrow writes', () => {
  test.each(['uncompressed', 'lz4', 'zstd'])('kinds-%s.arrow reads exactly', async (codec) => {
    const columns = await columnsAsText(await planned(inFolder(golden, `kinds-${codec}.arrow`, { carry })))
    for (const name of names) expect({ [name]: columns[name] }).toEqual({ [name]: kinds[name] })
  })

  test('types become the same as from Parquet, times to the microsecond', async () => {
    const { scan } = await planned(inFolder(golden, 'kinds-lz4.arrow', { carry }))
    const types = Object.fromEntries(scan.carry.map(({ name, type }) => [name, type]))
    expect(types).toMatchObject({
      'decimal 38': 'numeric',
      dictionary: 'text',
      'numbers in a dictionary': 'bigint',
      half: 'real',
      'timestamp s tz': 'timestamptz',
      'timestamp ns': 'timestamp',
      'date ms': 'date',
      'fixed list': 'jsonb',
      'fixed binary': 'bytea',
    })
  })

  test.each(['duration', 'decimal256'])('%s.arrow is refused, column and type named', (kind) =>
    expect(planned(inFolder(golden, `${kind}.arrow`, { key: ['odd'] }))).rejects.toThrow(
      /column "odd" of Arrow type .*\[COLUMN_TYPE_UNSUPPORTED\]/,
    ),
  )
})

describe('files', () => {
  const whole = fs.readFileSync(path.join(golden, 'kinds-lz4.arrow'))
  const flipped = Buffer.from(whole)
  flipped[whole.length - 9]! ^= 0x01
  test.each([
    ['zero bytes', Buffer.alloc(0)],
    ['a truncated file', whole.subarray(0, whole.length - 100)],
    ['half a file', whole.subarray(0, whole.length / 2)],
    ['a footer whose length has one bit flipped', flipped],
    ['Parquet', fs.readFileSync(path.join(golden, 'kinds-zstd.parquet'))],
    ['text', Buffer.from('id,name\n1,x\n')],
    ['a stream cut short', whole.subarray(8, 500)],
  ])('%s: refused, the file named, nothing left in staging', async (_, bytes) => {
    const folder = temporaryFolder()
    fs.writeFileSync(path.join(folder, 'odd.arrow'), bytes)
    const options = inFolder(folder, 'odd.arrow')
    await expect(planned(options)).rejects.toMatchObject({
      code: 'SOURCE_FILE_UNREADABLE',
      message: expect.stringContaining('odd.arrow') as string,
    })
    expect(fs.readdirSync(options.stagingFolder)).toEqual([])
  })

  test('files with other columns are refused', async () => {
    const folder = temporaryFolder()
    fs.copyFileSync(path.join(golden, 'kinds-lz4.arrow'), path.join(folder, '1.arrow'))
    fs.copyFileSync(path.join(golden, 'duration.arrow'), path.join(folder, '2.arrow'))
    await expect(planned(inFolder(folder, '*.arrow'))).rejects.toMatchObject({
      code: expect.stringMatching(/SOURCE_SCHEMAS_DIFFER|COLUMN_TYPE_UNSUPPORTED/) as string,
    })
  })

  test('rows are staged in files of shards.rows rows, in order, each with its digest', async () => {
    const read = await planned(inFolder(golden, 'kinds-zstd.arrow', { shardRows: 2 }))
    expect(read.files.map(({ rowGroups }) => rowGroups)).toEqual([[2], [1]])
    expect(read.files.every(({ sha256 }) => /^[0-9a-f]{64}$/.test(sha256 ?? ''))).toBe(true)
    expect((await columnsAsText(read))['id']).toEqual(kinds['id'])
  })
})
