import path from 'node:path'
import { serveS3, type S3Server } from '../../bench/serve-s3'
import { whenFileEnds } from './clean-up'
import { temporaryFolder } from './fresh'

export type { S3Server }

/** Starts an S3 server over an empty folder; it is stopped when the file ends. */
export async function startS3Server(): Promise<S3Server> {
  const server = await serveS3(temporaryFolder(), path.resolve(__dirname, '..', '..', '.nightscore', 'bin'))
  whenFileEnds(() => server.kill())
  return server
}
