import fs from 'node:fs'
import path from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { z } from 'zod'
import { s3Join } from '../activities/data/s3/s3-url'
import { pointerName } from '../activities/data/sinks/s3-parquet-sink'
import { projectFolder } from './bench-stack'
import { serveS3 } from './serve-s3'

/** Rows that a run published. */
export interface Published {
  readonly rows: number
  /** Distinct keys. */
  readonly keys: number
  readonly sum: number
}

/** Source, sink and store of a benchmark in S3: a real server on loopback, over a folder that is new each time. */
export interface S3Places {
  readonly source: string
  readonly sink: string
  /** Of another worker: how it reaches the server, the store in S3, folders that no other process has. */
  workerEnvironment(): NodeJS.ProcessEnv
  /** What the batch's files hold, found the way that a reader of them goes. */
  published(batch: string): Promise<Published>
  close(): Promise<void>
}

const bucket = 's3://bench'
const manifest = z.looseObject({ files: z.array(z.looseObject({ url: z.string() })) })

/**
 * @param parent the server's folder and the workers' are made below it
 * @param rows a file, which becomes the one object of the source
 */
export async function s3Places(parent: string, rows: string): Promise<S3Places> {
  const folder = fs.mkdtempSync(path.join(parent, 's3-'))
  const objects = path.join(folder, 'objects')
  const fileOf = (url: string): string => url.replace('s3:/', objects)
  // before the server starts: it does not look for files that are not written by way of itself
  const source = s3Join(bucket, 'source', 'rows.parquet')
  fs.mkdirSync(path.dirname(fileOf(source)), { recursive: true })
  fs.linkSync(rows, fileOf(source))
  const server = await serveS3(objects, path.join(projectFolder, '.nightscore', 'bin'))
  const sink = s3Join(bucket, 'out')
  let workers = 0
  return {
    source,
    sink,
    workerEnvironment: () => {
      const own = path.join(folder, `worker-${(workers += 1)}`)
      const temporary = path.join(own, 'temporary')
      fs.mkdirSync(temporary, { recursive: true })
      const cache = path.join(own, 'cache')
      return {
        ...server.env,
        NIGHTSCORE_STORE: s3Join(bucket, 'store'),
        NIGHTSCORE_CACHE: cache,
        TMPDIR: temporary,
      }
    },
    published: async (batch) => {
      const pointer = fileOf(s3Join(sink, `batch=${batch}`, pointerName))
      const { files } = manifest.parse(JSON.parse(fs.readFileSync(pointer, 'utf8')))
      const list = files.map(({ url }) => `'${fileOf(url)}'`).join(', ')
      const connection = await (await DuckDBInstance.create(':memory:')).connect()
      try {
        const [[rowCount, keys, sum] = []] = (
          await connection.runAndReadAll(
            `SELECT count(*), count(DISTINCT id), sum(prediction::double) FROM read_parquet([${list}])`,
          )
        ).getRows()
        return { rows: Number(rowCount), keys: Number(keys), sum: Number(sum) }
      } finally {
        connection.closeSync()
      }
    },
    close: async () => {
      await server.kill()
      fs.rmSync(folder, { recursive: true })
    },
  }
}
