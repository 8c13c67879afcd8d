import fs from 'node:fs'
import path from 'node:path'
import { columnsAsText, planned, type Read, type ReadOptions } from './read-source'

/** The rows that every kind of source is given, as SQL that DuckDB and Postgres both take. */
export const contractRows = `
  SELECT * FROM (VALUES
    (CAST(9007199254740993 AS BIGINT), 'it''s "one", ☃', CAST(0.5 AS DOUBLE PRECISION), true, DATE '2013-07-04', TIMESTAMP '2013-07-04 05:06:07.123456', 1),
    (-3, '', NULL, false, DATE '2013-07-05', NULL, 2),
    (7, NULL, 1e300, NULL, NULL, TIMESTAMP '1969-12-31 23:59:59', 3)
  ) AS t(id, name, value, flag, day, moment, n)`

const expected = {
  id: ['9007199254740993', '-3', '7'],
  name: ['it\'s "one", ☃', '', null],
  value: ['0.5', null, '1e+300'],
  flag: ['true', 'false', null],
  day: ['15890', '15891', null],
  moment: [String(BigInt(Date.parse('2013-07-04T05:06:07.123Z')) * 1000n + 456n), null, '-1000000'],
}

/** One kind of source, filled with contractRows or a part of them. */
export interface ContractSource {
  readonly options: Pick<ReadOptions, 'folder' | 'stagingFolder' | 'source' | 'connections'>
}

export interface ContractKind {
  /** Whether the rows are staged, or read where they lie. */
  readonly staged: boolean
  /** A source with the rows of a query over contractRows, and with `where`. */
  make(select: string, where?: string): Promise<ContractSource>
}

/** What holds for every kind of source. To be called within describe. */
export function sourceContract({ staged, make }: ContractKind): void {
  const all = `SELECT * FROM (${contractRows}) AS rows ORDER BY n`
  const plan = async (
    select: string,
    more: Partial<ReadOptions> & { where?: string } = {},
  ): Promise<Read> => {
    const { where, ...rest } = more
    const { options } = await make(select, where)
    return planned({ carry: ['name', 'value', 'flag', 'day', 'moment'], ...options, ...rest })
  }

  test('every value arrives as it was, in order', async () => {
    expect(await columnsAsText(await plan(all))).toMatchObject(expected)
  })

  test('the columns have the same types', async () => {
    const { scan } = await plan(all)
    expect(scan.keys).toMatchObject([{ name: 'id', type: 'bigint' }])
    expect(scan.carry.map(({ type }) => type)).toEqual([
      'text',
      'double precision',
      'boolean',
      'date',
      'timestamp',
    ])
  })

  test('features and where see the columns and $batch', async () => {
    const read = await plan(all, {
      where: 'day = $batch::date',
      features: {
        one: 'n + value + length(name) + extract(hour from moment) + (CASE WHEN flag THEN 100 END)',
      },
    })
    expect(await columnsAsText(read)).toMatchObject({ id: [expected.id[0]], 'feature.0': ['119.5'] })
  })

  test('files are absolute (or of S3), whole and identified; staged ones lie in the staging folder, with their digest', async () => {
    const { options } = await make(all)
    const { files } = await planned({ ...options })
    expect(files.length).toBeGreaterThan(0)
    for (const file of files) {
      if (file.path.startsWith('s3://')) {
        expect(file).toMatchObject({ sizeBytes: expect.any(Number), etag: expect.any(String), sha256: null })
        continue
      }
      const { size, mtimeMs } = fs.statSync(file.path)
      expect(file).toMatchObject({ sizeBytes: size, modifiedMs: Math.trunc(mtimeMs) })
      const below = path.relative(staged ? options.stagingFolder : options.folder, file.path)
      expect(path.isAbsolute(below) || below.startsWith('..')).toBe(false)
      expect(file.sha256 === null).toBe(!staged)
    }
    expect(files.flatMap(({ rowGroups }) => rowGroups).reduce((sum, rows) => sum + rows, 0)).toBe(3)
  })

  test('no rows are no error here: what a batch must have is for the job to say', async () => {
    const read = await plan(`SELECT * FROM (${contractRows}) AS rows WHERE n > 3`, { carry: [] })
    expect(read.files.flatMap(({ rowGroups }) => rowGroups).reduce((sum, rows) => sum + rows, 0)).toBe(0)
  })

  test('a missing column is named with its nearest', () =>
    expect(plan(all, { carry: ['names'] })).rejects.toThrow(/no column "names".*nearest is "name"/))

  test('an aborted signal ends the planning with its reason', () =>
    expect(plan(all, { signal: AbortSignal.abort(new Error('cancelled')) })).rejects.toThrow('cancelled'))

  test('planning twice reads the same rows', async () => {
    const { options } = await make(all)
    const [first, second] = [await planned({ ...options }), await planned({ ...options })]
    expect(await columnsAsText(second)).toEqual(await columnsAsText(first))
  })
}
