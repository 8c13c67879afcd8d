import fs from 'node:fs'
import path from 'node:path'
import { uploadFile } from '../../activities/data/s3/upload-file'
import { startS3Server, temporaryFolder } from '../stack'
import { useS3 } from '../stack/use-s3'
import { duckdb } from '../stack/scenario'
import { planned } from './read-source'
import { sourceContract } from './source-contract'

let made = 0

beforeAll(async () => {
  const server = await startS3Server()
  server.bucket('lake')
  useS3(server)
})

/** A source in a folder of the bucket, under a hive folder; the job's own folder is empty. */
function sourceIn(kind: string, where?: string) {
  const job = temporaryFolder()
  const file = path.join(job, `rows.${kind}`)
  const source = {
    [kind]: `s3://lake/${++made}/month=*/rows.${kind}`,
    ...(where === undefined ? {} : { where }),
  }
  return {
    file,
    keep: async () => {
      await uploadFile(file, `s3://lake/${made}/month=07/rows.${kind}`)
      fs.rmSync(file)
    },
    options: { folder: job, stagingFolder: path.join(job, 'staged'), source },
  }
}

describe('Parquet in S3', () => {
  sourceContract({
    staged: false,
    async make(select, where) {
      const source = sourceIn('parquet', where)
      await duckdb(`COPY (${select}) TO '${source.file}' (FORMAT parquet)`)
      await source.keep()
      return source
    },
  })
})

describe('CSV in S3', () => {
  sourceContract({
    staged: true,
    async make(select, where) {
      const source = sourceIn('csv', where)
      await duckdb(`COPY (${select}) TO '${source.file}' (FORMAT csv, HEADER, QUOTE '"', FORCE_QUOTE (name))`)
      // DuckDB quotes nulls too where it is told to quote
      fs.writeFileSync(source.file, fs.readFileSync(source.file, 'utf8').replace('7,"",', '7,,'))
      await source.keep()
      return source
    },
  })
})

test('an object with a row group of many shards is staged in usual ones: the same rows, hive folder names as columns', async () => {
  const { file, keep, options } = sourceIn('parquet')
  const rows = 1_100_000
  await duckdb(
    `COPY (SELECT i AS id FROM range(${rows}) t(i)) TO '${file}' (FORMAT parquet, ROW_GROUP_SIZE ${rows})`,
  )
  await keep()
  const read = await planned({ ...options, carry: ['month'], shardRows: 10_000 })
  expect(read.files).toHaveLength(1)
  expect(read.files[0]!.sha256).not.toBeNull()
  expect(Math.max(...read.files[0]!.rowGroups)).toBe(122_880)
  const sql = `SELECT count(*)::int, bool_and(id = file_row_number), min(month), max(month) FROM read_parquet('${read.files[0]!.path}', file_row_number = true)`
  expect(await duckdb(sql)).toEqual([[rows, true, '07', '07']])
})
