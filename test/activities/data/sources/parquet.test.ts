import fs from 'node:fs'
import path from 'node:path'
import { columnsAsText, planned, type ReadOptions } from '../../../contracts/read-source'
import { writeParquet } from '../../../contracts/write-parquet'
import { temporaryFolder } from '../../../stack'

const golden = path.resolve(__dirname, '../../../golden/sources')
const kinds = JSON.parse(fs.readFileSync(path.join(golden, 'kinds.json'), 'utf8')) as Record<
  string,
  (string | null)[]
>

function inFolder(folder: string, parquet: string, more: Partial<ReadOptions> = {}): ReadOptions {
  return { folder, stagingFolder: path.join(folder, '.staged'), source: { parquet }, ...more }
}

describe('every type in every codec', () => {
  const onlyArrow = [
    'half',
    'time s',
    'time ns',
    'date ms',
    'timestamp s tz',
    'timestamp ns tz',
    'fixed list',
    'numbers in a dictionary',
    'fixed binary',
  ]
  const names = Object.keys(kinds).filter((name) => !onlyArrow.includes(name))

  test.each(['none', 'snappy', 'gzip', 'zstd', 'lz4', 'brotli', 'v2-pages'])(
    'kinds-%s.parquet reads exactly',
    async (codec) => {
      const carry = names.filter((name) => name !== 'id')
      const read = await planned(inFolder(golden, `kinds-${codec}.parquet`, { carry }))
      expect(read.files[0]!.rowGroups).toEqual([2, 1])
      const columns = await columnsAsText(read)
      for (const name of names) expect({ [name]: columns[name] }).toEqual({ [name]: kinds[name] })
    },
  )

  test('format 1.0 without dictionaries', async () => {
    const carry = names.filter((name) => name !== 'id' && name !== 'timestamp ns')
    const columns = await columnsAsText(await planned(inFolder(golden, 'kinds-v1-plain.parquet', { carry })))
    for (const name of carry) expect({ [name]: columns[name] }).toEqual({ [name]: kinds[name] })
  })

  test('INT96 timestamps', async () => {
    const read = await planned(inFolder(golden, 'int96.parquet', { carry: ['at'] }))
    expect(read.scan.carry[0]!.type).toBe('timestamp')
    expect((await columnsAsText(read))['at']).toEqual(kinds['timestamp us'])
  })

  test('the column types are Postgres’s', async () => {
    const carry = names.filter((name) => name !== 'id')
    const { scan } = await planned(inFolder(golden, 'kinds-zstd.parquet', { carry }))
    expect(Object.fromEntries(scan.carry.map(({ name, type }) => [name, type]))).toEqual({
      int8: 'smallint',
      int16: 'smallint',
      int32: 'integer',
      uint8: 'smallint',
      uint16: 'integer',
      uint32: 'bigint',
      uint64: 'numeric',
      float: 'real',
      double: 'double precision',
      boolean: 'boolean',
      text: 'text',
      'long text': 'text',
      blob: 'bytea',
      dictionary: 'text',
      date: 'date',
      time: 'time',
      'time ms': 'time',
      'timestamp us': 'timestamp',
      'timestamp ms': 'timestamp',
      'timestamp ns': 'timestamp',
      'timestamp tz': 'timestamptz',
      'decimal 4': 'numeric',
      'decimal 18': 'numeric',
      'decimal 38': 'numeric',
      list: 'jsonb',
      struct: 'jsonb',
      uuid: 'uuid',
    })
  })
})

describe('files', () => {
  test('a date template and a glob find the batch’s files, sorted, hive folders as text columns', async () => {
    const folder = temporaryFolder()
    for (const [month, part] of [
      ['07', 'b'],
      ['07', 'a'],
      ['08', 'a'],
    ]) {
      fs.mkdirSync(path.join(folder, `month=${month}`), { recursive: true })
      await writeParquet(`${folder}/month=${month}/${part}.parquet`, `SELECT ascii('${part}') AS id`)
    }
    fs.writeFileSync(path.join(folder, 'month=07', '.half.parquet'), '')
    const read = await planned(inFolder(folder, 'month={MM}/*.parquet', { carry: ['month'] }))
    expect(read.files.map((file) => path.relative(folder, file.path))).toEqual([
      'month=07/a.parquet',
      'month=07/b.parquet',
    ])
    expect(await columnsAsText(read)).toMatchObject({ id: ['97', '98'], month: ['07', '07'] })
  })

  test('a folder and file whose names look like a glob are themselves', async () => {
    const folder = path.join(temporaryFolder(), 'we[i*r]d')
    fs.mkdirSync(folder)
    await writeParquet(`${folder}/[x].parquet`, `SELECT 1 AS id`)
    expect(await columnsAsText(await planned(inFolder(folder, '[x].parquet')))).toMatchObject({ id: ['1'] })
    expect(await columnsAsText(await planned(inFolder(folder, '*.parquet')))).toMatchObject({ id: ['1'] })
  })

  test('a file is identified by size and whole milliseconds', async () => {
    const folder = temporaryFolder()
    const file = path.join(folder, 'a.parquet')
    await writeParquet(file, `SELECT 1 AS id`)
    fs.utimesSync(file, 1.5, 1234.5678)
    const read = await planned(inFolder(folder, 'a.parquet'))
    expect(read.files).toMatchObject([
      { path: file, sizeBytes: fs.statSync(file).size, modifiedMs: 1_234_567, sha256: null, rowGroups: [1] },
    ])
  })

  test('a file without rows is no error here', async () => {
    const folder = temporaryFolder()
    await writeParquet(`${folder}/a.parquet`, `SELECT 1 AS id WHERE false`)
    const read = await planned(inFolder(folder, 'a.parquet'))
    expect(read.files[0]!.rowGroups.reduce((sum, rows) => sum + rows, 0)).toBe(0)
  })

  test('no match names the path with its template filled', async () => {
    await expect(planned(inFolder(temporaryFolder(), 'month={MM}/*.parquet'))).rejects.toMatchObject({
      code: 'SOURCE_NO_FILES',
      message: expect.stringContaining('month=07/*.parquet') as string,
    })
  })

  test('a folder is no file', async () => {
    const folder = temporaryFolder()
    fs.mkdirSync(path.join(folder, 'a.parquet'))
    await expect(planned(inFolder(folder, 'a.parquet'))).rejects.toMatchObject({
      code: 'SOURCE_FILE_UNREADABLE',
    })
  })

  const whole = fs.readFileSync(path.join(golden, 'kinds-zstd.parquet'))
  const flipped = Buffer.from(whole)
  flipped[whole.length - 7]! ^= 0x01
  test.each([
    ['zero bytes', Buffer.alloc(0)],
    ['a truncated file', whole.subarray(0, whole.length - 100)],
    ['half a file', whole.subarray(0, whole.length / 2)],
    ['a footer whose length has one bit flipped', flipped],
    ['text', Buffer.from('id,name\n1,x\n')],
    ['the magic number alone', Buffer.from('PAR1PAR1')],
  ])('%s is refused, the file named', async (_, bytes) => {
    const folder = temporaryFolder()
    fs.copyFileSync(path.join(golden, 'kinds-zstd.parquet'), path.join(folder, '1.parquet'))
    fs.writeFileSync(path.join(folder, '2.parquet'), bytes)
    await expect(planned(inFolder(folder, '*.parquet'))).rejects.toMatchObject({
      code: 'SOURCE_FILE_UNREADABLE',
      message: expect.stringContaining('2.parquet') as string,
    })
  })

  test.each([
    [
      'another type',
      'SELECT 1::bigint AS id, 2 AS x',
      /column "x" of .*2\.parquet: INTEGER; expected VARCHAR, as in .*1\.parquet/,
    ],
    [
      'a column less',
      'SELECT 1::bigint AS id',
      /column "x" of .*2\.parquet: no such column; expected VARCHAR/,
    ],
    [
      'a column more',
      "SELECT 1::bigint AS id, 'a' AS x, 3 AS y",
      /column "y" of .*2\.parquet: INTEGER; expected no such column/,
    ],
  ])('files with %s are refused, file and column named', async (_, second, message) => {
    const folder = temporaryFolder()
    await writeParquet(`${folder}/1.parquet`, `SELECT 1::bigint AS id, 'a' AS x`)
    await writeParquet(`${folder}/2.parquet`, second)
    await expect(planned(inFolder(folder, '*.parquet'))).rejects.toThrow(message)
  })

  test('columns in another order are the same columns', async () => {
    const folder = temporaryFolder()
    await writeParquet(`${folder}/1.parquet`, `SELECT 1 AS id, 'a' AS x`)
    await writeParquet(`${folder}/2.parquet`, `SELECT 'b' AS x, 2 AS id`)
    expect(await columnsAsText(await planned(inFolder(folder, '*.parquet', { carry: ['x'] })))).toMatchObject(
      { id: ['1', '2'], x: ['a', 'b'] },
    )
  })

  test('a column named file_row_number is refused with the reason', async () => {
    const folder = temporaryFolder()
    await writeParquet(`${folder}/1.parquet`, `SELECT 1 AS id, 2 AS file_row_number`)
    await expect(planned(inFolder(folder, '1.parquet'))).rejects.toThrow(/DuckDB numbers the rows/)
  })
})
