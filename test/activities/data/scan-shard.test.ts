import fs from 'node:fs'
import path from 'node:path'
import { sandboxFor } from '../../../activities/data/sandbox'
import { scanShard } from '../../../activities/data/scan-shard'
import type { SourceFile } from '../../../activities/data/source'
import { fileSha256 } from '../../../activities/data/source-file'
import {
  batchesOf,
  columnsAsText,
  planned,
  valuesOf,
  type Read,
  type ReadOptions,
} from '../../contracts/read-source'
import { writeParquet } from '../../contracts/write-parquet'
import { temporaryFolder } from '../../stack'
import { duckdb } from '../../stack/scenario'

const inFolder = (folder: string, more: Partial<ReadOptions> = {}): ReadOptions => ({
  folder,
  stagingFolder: path.join(folder, '.staged'),
  source: { parquet: 'a.parquet' },
  ...more,
})

/** Plans a source of one file with the given rows. */
async function sourceOf(
  select: string,
  more: Partial<ReadOptions> = {},
  options = '',
): Promise<Read & { folder: string }> {
  const folder = temporaryFolder()
  await writeParquet(`${folder}/a.parquet`, select, options)
  return { ...(await planned(inFolder(folder, more))), folder }
}

async function scan(read: Read, range: readonly [number, number], signal?: AbortSignal) {
  const file = read.files[0]!
  const sandbox = await sandboxFor([path.dirname(file.path)])
  const batches = []
  const { scan, manifest } = read
  const options = { sandbox, file, rowStart: range[0], rowEnd: range[1], scan, manifest }
  for await (const batch of scanShard({ ...options, ...(signal && { signal }) })) batches.push(batch)
  return batches
}

describe('batches', () => {
  test('have 8,192 rows but the last, whatever the row groups', async () => {
    const read = await sourceOf('SELECT i AS id FROM range(30000) t(i)', {}, ', ROW_GROUP_SIZE 10000')
    const batches = await scan(read, [0, 30_000])
    expect(batches.map(({ numRows }) => numRows)).toEqual([8192, 8192, 8192, 5424])
    expect(valuesOf(batches, 'key.0')).toEqual(Array.from({ length: 30_000 }, (_, i) => BigInt(i)))
  })

  test('that pass hold the same rows as batches that stay, while they are there', async () => {
    const read = await sourceOf(
      `SELECT i AS id, CASE WHEN i % 3 < 2 THEN repeat('ä', (i % 29)::int) END AS word, CASE WHEN i % 7 > i // 8192 THEN i % 2 = 0 END AS flag,
              CASE WHEN i >= 8192 AND i % 5 = 0 THEN i END AS rare FROM range(30000) t(i)`,
      { carry: ['word', 'flag', 'rare'] },
    )
    const file = read.files[0]!
    const sandbox = await sandboxFor([path.dirname(file.path)])
    const { scan: plan, manifest } = read
    const options = { sandbox, file, rowStart: 0, rowEnd: 30_000, scan: plan, manifest, passing: true }
    const names = ['key.0', 'carry.0', 'carry.1', 'carry.2']
    const seen: unknown[][] = names.map(() => [])
    for await (const batch of scanShard(options))
      names.forEach((name, i) => seen[i]!.push(...valuesOf([batch], name)))
    const staying = await scan(read, [0, 30_000])
    expect(seen).toEqual(names.map((name) => valuesOf(staying, name)))
    expect(seen[3]!.filter((value) => value !== null)).toHaveLength(4361)
  })

  test('count the rows that where leaves, with their row numbers in the file', async () => {
    const read = await sourceOf('SELECT i AS id FROM range(30000) t(i)', {
      source: { parquet: 'a.parquet', where: 'id % 3 = 1' },
    })
    const batches = await scan(read, [5000, 30_000])
    const kept = Array.from({ length: 25_000 }, (_, i) => 5000 + i).filter((i) => i % 3 === 1)
    expect(batches.map(({ numRows }) => numRows)).toEqual([8192, kept.length - 8192])
    expect(valuesOf(batches, 'row')).toEqual(kept.map(BigInt))
    expect(valuesOf(batches, 'key.0')).toEqual(kept.map(BigInt))
  })

  test('cover exactly the range, also across and within row groups', async () => {
    const read = await sourceOf('SELECT i AS id FROM range(10000) t(i)', {}, ', ROW_GROUP_SIZE 2048')
    for (const [from, to] of [
      [0, 1],
      [2047, 2049],
      [9999, 10_000],
      [100, 100],
      [9000, 20_000],
    ] as const)
      expect(valuesOf(await scan(read, [from, to]), 'row')).toEqual(
        Array.from({ length: Math.max(0, Math.min(to, 10_000) - from) }, (_, i) => BigInt(from + i)),
      )
  })

  test('where filters what is not true: null too', async () => {
    const read = await sourceOf(
      'SELECT i AS id, CASE i WHEN 0 THEN NULL WHEN 1 THEN true ELSE false END AS b FROM range(3) t(i)',
      {
        source: { parquet: 'a.parquet', where: 'b' },
      },
    )
    expect((await columnsAsText(read))['id']).toEqual(['1'])
  })

  test('nulls land in the rows where they were, in every kind of column', async () => {
    const value = (i: number, text: string): string | null => (i % 7 === 3 || i > 5000 ? null : text)
    const read = await sourceOf(
      `SELECT i AS id, CASE WHEN i % 7 <> 3 AND i <= 5000 THEN i END AS n, CASE WHEN n IS NOT NULL THEN 'text number ' || i END AS t,
        CASE WHEN n IS NOT NULL THEN i % 2 = 0 END AS b, CASE WHEN n IS NOT NULL THEN encode('' || i) END AS y FROM range(10000) t(i)`,
      { carry: ['n', 't', 'b', 'y'] },
    )
    const columns = await columnsAsText(read)
    for (let i = 0; i < 10_000; i++)
      expect([columns['n']![i], columns['t']![i], columns['b']![i], columns['y']![i]]).toEqual([
        value(i, String(i)),
        value(i, `text number ${i}`),
        value(i, String(i % 2 === 0)),
        value(i, Buffer.from(String(i)).toString('hex')),
      ])
  })

  test('a 10 MB text, NUL and texts of 12 and 13 bytes come through whole', async () => {
    const read = await sourceOf(
      "SELECT * FROM (VALUES (1, repeat('x', 10000000)), (2, 'a' || chr(0) || 'b'), (3, 'exactly 12 b'), (4, 'exactly 13 by')) AS t(id, v)",
      {
        carry: ['v'],
      },
    )
    const texts = (await columnsAsText(read))['v']!
    expect(texts[0]!.length).toBe(10_000_000)
    expect(texts.slice(1)).toEqual(['a\0b', 'exactly 12 b', 'exactly 13 by'])
  })

  test('names with quotes, spaces, unicode and semicolons are only names', async () => {
    const names = ['we "ird"', "it's; DROP TABLE x", 'größe 雪', 'key.0', 'row', 'select', '$batch']
    const columns = names.map((name, i) => `${i} AS "${name.replaceAll('"', '""')}"`)
    const model = names.map((name) => ({ name, type: 'number' }))
    const read = await sourceOf(`SELECT 7 AS id, ${columns.join(', ')}`, {
      key: ['we "ird"', 'id'],
      carry: names.slice(1),
      model,
    })
    expect((await columnsAsText(read))["it's; DROP TABLE x"]).toEqual(['1'])
    const batches = await batchesOf(read)
    expect(names.map((_, i) => valuesOf(batches, `feature.${i}`)[0])).toEqual([0, 1, 2, 3, 4, 5, 6])
  })

  test('$batch is bound in where and features, and its text is never SQL', async () => {
    const read = await sourceOf(
      "SELECT * FROM (VALUES (1, DATE '2013-07-04'), (2, DATE '2013-07-05')) AS t(id, day)",
      {
        source: { parquet: 'a.parquet', where: 'day = $batch::date' },
        features: { one: "length($batch) + datediff('day', $batch::date, day)" },
      },
    )
    expect(await columnsAsText(read)).toMatchObject({ id: ['1'], 'feature.0': ['10'] })
  })
})

describe('a file that is not what was planned', () => {
  const read = (): Promise<Read & { folder: string }> => sourceOf('SELECT i AS id FROM range(100) t(i)')

  test('rewritten with another size, or touched, or gone: SOURCE_CHANGED', async () => {
    const source = await read()
    const file = source.files[0]!.path
    fs.utimesSync(file, 1, 1)
    await expect(scan(source, [0, 100])).rejects.toMatchObject({ code: 'SOURCE_CHANGED' })
    await writeParquet(file, 'SELECT 1 AS id')
    await expect(scan(source, [0, 100])).rejects.toMatchObject({ code: 'SOURCE_CHANGED' })
    fs.rmSync(file)
    await expect(scan(source, [0, 100])).rejects.toMatchObject({ code: 'SOURCE_CHANGED' })
  })

  test('changed while it was read: SOURCE_CHANGED at the end', async () => {
    const source = await sourceOf('SELECT i AS id FROM range(50000) t(i)')
    const file = source.files[0]!
    const sandbox = await sandboxFor([source.folder])
    const batches = scanShard({
      sandbox,
      file,
      rowStart: 0,
      rowEnd: 50_000,
      scan: source.scan,
      manifest: source.manifest,
    })
    expect((await batches.next()).value?.numRows).toBe(8192)
    fs.utimesSync(file.path, 1, 1)
    const rest = async (): Promise<void> => {
      while ((await batches.next()).done !== true);
    }
    await expect(rest()).rejects.toMatchObject({ code: 'SOURCE_CHANGED' })
  })

  test('a staged file with another digest: STORE_CORRUPT, though DuckDB would read it', async () => {
    const source = await read()
    const file: SourceFile = { ...source.files[0]!, sha256: '0'.repeat(64) }
    await expect(scan({ ...source, files: [file] }, [0, 100])).rejects.toMatchObject({
      code: 'STORE_CORRUPT',
    })
    const right: SourceFile = { ...file, sha256: await fileSha256(file.path) }
    expect(await scan({ ...source, files: [right] }, [0, 100])).toHaveLength(1)
  })

  test.each([0, 4])(
    'damaged data pages of row group %d of five: SOURCE_FILE_UNREADABLE, the file named',
    async (rowGroup) => {
      const source = await sourceOf(
        "SELECT i AS id, md5('' || i) AS v FROM range(50000) t(i)",
        { carry: ['v'] },
        ', COMPRESSION zstd, ROW_GROUP_SIZE 10000',
      )
      const file = source.files[0]!
      const bytes = fs.readFileSync(file.path)
      const [[start] = []] = await duckdb(
        `SELECT min(data_page_offset) FROM parquet_metadata('${file.path}') WHERE row_group_id = ${rowGroup}`,
      )
      bytes.fill(0xff, Number(start), Number(start) + 196)
      fs.writeFileSync(file.path, bytes)
      fs.utimesSync(file.path, file.modifiedMs / 1000, file.modifiedMs / 1000)
      const planned = { ...file, modifiedMs: Math.trunc(fs.statSync(file.path).mtimeMs) }
      await expect(scan({ ...source, files: [planned] }, [0, 50_000])).rejects.toMatchObject({
        code: 'SOURCE_FILE_UNREADABLE',
        message: expect.stringContaining(file.path) as string,
      })
    },
  )
})

describe('expressions that fail on a row', () => {
  const select =
    "SELECT * FROM (VALUES (1, '5', DATE '2013-07-04'), (2, 'abc', DATE '2013-07-05')) AS t(id, v, day)"

  test('a feature’s is named, with DuckDB’s message', async () => {
    const read = await sourceOf(select, { features: { one: 'v::integer + 1' } })
    await expect(scan(read, [0, 2])).rejects.toThrow(
      /feature "one": v::integer \+ 1 \(DuckDB: Could not convert string 'abc' to INT32.*\[EXPRESSION_INVALID\]/,
    )
  })

  test.each([10, 30_000, 49_999])('row %d of many is none too late', async (row) => {
    const read = await sourceOf(
      `SELECT i AS id, CASE i WHEN ${row} THEN 'abc' ELSE '5' END AS v FROM range(50000) t(i)`,
      { features: { one: 'v::integer + 1' }, carry: ['v'] },
      ', ROW_GROUP_SIZE 10000',
    )
    await expect(scan(read, [0, 50_000])).rejects.toThrow(/feature "one".*'abc'.*\[EXPRESSION_INVALID\]/)
  })

  test('where’s is named', async () => {
    const read = await sourceOf(select, { source: { parquet: 'a.parquet', where: 'v::integer > 1' } })
    await expect(scan(read, [0, 2])).rejects.toThrow(/where: v::integer > 1.*\[EXPRESSION_INVALID\]/)
  })

  test('a batch key that the job casts to a date is named', async () => {
    const source = { parquet: 'a.parquet', where: 'day = $batch::date' }
    const read = await sourceOf(select, { source, batch: 'run-7' })
    await expect(scan(read, [0, 2])).rejects.toThrow(
      /where: day = \$batch::date.*run-7.*\[EXPRESSION_INVALID\]/,
    )
  })

  test('rows that where leaves out cannot fail', async () => {
    const read = await sourceOf(select, {
      source: { parquet: 'a.parquet', where: 'id = 1' },
      features: { one: 'v::integer + 1' },
    })
    expect(valuesOf(await scan(read, [0, 2]), 'feature.0')).toEqual([6])
  })
})

test('an aborted scan ends with the signal’s reason', async () => {
  const read = await sourceOf('SELECT i AS id FROM range(200000) t(i)')
  await expect(scan(read, [0, 200_000], AbortSignal.abort(new Error('handed back')))).rejects.toThrow(
    'handed back',
  )
})
