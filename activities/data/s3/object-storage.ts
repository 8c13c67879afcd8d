import { tmpdir } from 'node:os'
import path from 'node:path'
import { NightscoreError } from '../../../schemas/errors'
import { ObjectCache } from './object-cache'

const defaultMegabytes = 20_000
const caches = new Map<string, ObjectCache>()

/** The process's cache of objects: NIGHTSCORE_CACHE, at most NIGHTSCORE_CACHE_MB. Nothing is made before it is asked for. */
export function objectCache(env: NodeJS.ProcessEnv = process.env): ObjectCache {
  const { folder, boundBytes } = cacheSettings(env)
  const key = `${folder}\n${boundBytes}`
  const cache = caches.get(key) ?? new ObjectCache(folder, boundBytes)
  caches.set(key, cache)
  return cache
}

/** @throws CONFIG_INVALID */
export function cacheSettings(env: NodeJS.ProcessEnv): {
  readonly folder: string
  readonly boundBytes: number
} {
  const megabytes = Number(env['NIGHTSCORE_CACHE_MB'] || defaultMegabytes)
  if (!Number.isInteger(megabytes) || megabytes < 1)
    throw new NightscoreError('CONFIG_INVALID', {
      found: `NIGHTSCORE_CACHE_MB=${env['NIGHTSCORE_CACHE_MB']}`,
      expected: 'a whole number of megabytes, at least 1',
    })
  return {
    folder: path.resolve(env['NIGHTSCORE_CACHE'] || path.join(tmpdir(), 'nightscore-cache')),
    boundBytes: megabytes * 1_000_000,
  }
}
