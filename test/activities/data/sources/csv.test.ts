import fs from 'node:fs'
import path from 'node:path'
import { columnsAsText, planned, type ReadOptions } from '../../../contracts/read-source'
import { temporaryFolder } from '../../../stack'

/** Reads CSV text; a second text is a second file. */
function csv(
  texts: readonly (string | Buffer)[],
  more: Partial<ReadOptions> & { readonly csv?: object } = {},
) {
  const folder = temporaryFolder()
  texts.forEach((text, i) => fs.writeFileSync(path.join(folder, `${i + 1}.csv`), text))
  const { csv: options = {}, ...rest } = more
  return planned({
    folder,
    stagingFolder: temporaryFolder(),
    source: { csv: { path: '*.csv', ...options } },
    ...rest,
  })
}

const typesOf = (read: Awaited<ReturnType<typeof csv>>): Record<string, string> =>
  Object.fromEntries(read.scan.carry.map(({ name, type }) => [name, type]))

describe('fields', () => {
  test('an unquoted empty field is null, a quoted one an empty string', async () => {
    const read = await csv(['id,name\n1,""\n2,\n3,x\n'], { carry: ['name'] })
    expect((await columnsAsText(read))['name']).toEqual(['', null, 'x'])
  })

  test('quotes, commas, new lines and unicode in quotes come through', async () => {
    const read = await csv(['id,name\n1,"say ""hi"", then\nnew line ☃"\n'], { carry: ['name'] })
    expect((await columnsAsText(read))['name']).toEqual(['say "hi", then\nnew line ☃'])
  })

  test('a byte order mark and CRLF are no part of the data', async () => {
    const read = await csv(['\ufeffid,name\r\n1,x\r\n'], { carry: ['name'] })
    expect(await columnsAsText(read)).toMatchObject({ id: ['1'], name: ['x'] })
  })

  test('another delimiter', async () => {
    const read = await csv(['id;name\n1;"a;b"\n'], { carry: ['name'], csv: { delimiter: ';' } })
    expect((await columnsAsText(read))['name']).toEqual(['a;b'])
  })

  test('a field of 10 MB', async () => {
    const read = await csv([`id,name\n1,${'x'.repeat(10_000_000)}\n2,y\n`], { carry: ['name'] })
    expect((await columnsAsText(read))['name']!.map((name) => name!.length)).toEqual([10_000_000, 1])
  })
})

describe('types', () => {
  test('are inferred from all rows: the last one decides as well', async () => {
    const lines = Array.from({ length: 30_000 }, (_, i) => `${i},${i},${i}`)
    const read = await csv([`id,late,whole\n${lines.join('\n')}\n30000,abc,7\n`], {
      carry: ['late', 'whole'],
    })
    expect(typesOf(read)).toEqual({ late: 'text', whole: 'bigint' })
  })

  test('are inferred from all files', async () => {
    const read = await csv(['id,v\n1,2\n', 'id,v\n2,2.5\n', 'id,v\n3,x\n'], { carry: ['v'] })
    expect(typesOf(read)).toEqual({ v: 'text' })
    expect((await columnsAsText(read))['v']).toEqual(['2', '2.5', 'x'])
  })

  test('dates, timestamps, times, booleans and numbers are found; leading zeros stay text', async () => {
    const read = await csv(
      ['id,d,t,h,b,f,i,z\n1,2013-07-04,2013-07-04 05:06:07,05:06:07,true,1.5,9007199254740993,007\n'],
      {
        carry: ['d', 't', 'h', 'b', 'f', 'i', 'z'],
      },
    )
    expect(typesOf(read)).toEqual({
      d: 'date',
      t: 'timestamp',
      h: 'time',
      b: 'boolean',
      f: 'double precision',
      i: 'bigint',
      z: 'text',
    })
    expect(await columnsAsText(read)).toMatchObject({ i: ['9007199254740993'], z: ['007'] })
  })

  test('a column with a given type keeps it', async () => {
    const read = await csv(['id,v\n1,2\n'], {
      carry: ['v'],
      csv: { columns: { v: 'varchar', id: 'integer' } },
    })
    expect(typesOf(read)).toEqual({ v: 'text' })
    expect(read.scan.keys[0]!.type).toBe('integer')
  })

  test.each([
    [{ gone: 'varchar' }, /csv\.columns: .*"gone" do not exist/],
    [{ v: 'varcharr' }, /csv\.columns: .*varcharr does not exist/],
  ])('columns %j is refused', (columns, message) =>
    expect(csv(['id,v\n1,2\n'], { csv: { columns } })).rejects.toThrow(message),
  )

  test('a value that is not of the given type is refused with its line', () =>
    expect(csv(['id,v\n1,2\n2,x\n'], { csv: { columns: { v: 'integer' } } })).rejects.toThrow(
      /1\.csv.*Line: 3.*\[SOURCE_FILE_UNREADABLE\]/s,
    ))
})

describe('files', () => {
  test.each([
    ['zero bytes', ''],
    ['a line with more fields than the header', 'id,v\n1,2\n1,2,3\n'],
    ['a line with fewer', 'id,v\n1,2\n1\n'],
    ['an open quote', 'id,v\n1,"x\n'],
    ['another encoding', Buffer.from('id,v\n1,caf\xe9\n', 'latin1')],
    ['Parquet', fs.readFileSync(path.resolve(__dirname, '../../../golden/sources/kinds-zstd.parquet'))],
  ])('%s: refused, the file named', async (_, text) => {
    await expect(csv(['id,v\n0,0\n', text])).rejects.toMatchObject({
      code: expect.stringMatching(/SOURCE_FILE_UNREADABLE|SOURCE_SCHEMAS_DIFFER/) as string,
      message: expect.stringContaining('2.csv') as string,
    })
  })

  test('a header alone is a file without rows', async () => {
    const read = await csv(['id,v\n'], { carry: ['v'] })
    expect(read.files[0]!.rowGroups.reduce((sum, rows) => sum + rows, 0)).toBe(0)
  })

  test('files with other columns are refused', () =>
    expect(csv(['id,v\n1,2\n', 'id,w\n1,2\n'])).rejects.toMatchObject({ code: 'SOURCE_SCHEMAS_DIFFER' }))

  test('a wrong delimiter shows as a missing column, with what there is', () =>
    expect(csv(['id;v\n1;2\n'])).rejects.toThrow(/no column "id".*one of id;v/))

  test('the order of files and lines is kept', async () => {
    const lines = (from: number): string =>
      Array.from({ length: 5000 }, (_, i) => String(from + i)).join('\n')
    const read = await csv([`id\n${lines(0)}\n`, `id\n${lines(5000)}\n`])
    expect((await columnsAsText(read))['id']).toEqual(Array.from({ length: 10_000 }, (_, i) => String(i)))
  })
})
