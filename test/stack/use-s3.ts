import { whenFileEnds } from './clean-up'
import { temporaryFolder } from './fresh'
import type { S3Server } from './s3-server'

/** Has this process reach the server, with a cache of the file's own. @returns the cache's folder */
export function useS3(server: S3Server): string {
  const cache = temporaryFolder()
  const former = { ...process.env }
  Object.assign(process.env, server.env, { NIGHTSCORE_CACHE: cache })
  whenFileEnds(() => {
    for (const name of ['NIGHTSCORE_CACHE', ...Object.keys(server.env)]) delete process.env[name]
    Object.assign(process.env, former)
  })
  return cache
}
