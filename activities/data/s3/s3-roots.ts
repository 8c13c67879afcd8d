import path from 'node:path'
import { NightscoreError } from '../../../schemas/errors'
import { globPrefix } from './match-keys'
import { isS3Url, parseS3Url } from './s3-url'

/** The folders and s3:// places of NIGHTSCORE_DATA_ROOTS: split like PATH, where the colon of s3:// is no separator. */
export function splitRoots(value: string): string[] {
  const separator = path.delimiter === ':' ? /:(?!\/\/)/ : path.delimiter
  return value.split(separator).filter((root) => root !== '')
}

/**
 * A path of S3 that jobs may read and write, without a slash at its end: within the s3:// places of NIGHTSCORE_DATA_ROOTS where
 * that names any root, else wherever the worker's keys reach.
 * @throws PATH_OUTSIDE_ROOTS, JOB_INVALID
 */
export function allowedUrl(url: string, env: NodeJS.ProcessEnv = process.env): string {
  parseS3Url(url)
  const roots = splitRoots(env['NIGHTSCORE_DATA_ROOTS'] ?? '')
  const fixed = globPrefix(url)
  const isWithin = (root: string): boolean => `${fixed}/`.startsWith(`${root.replace(/\/+$/, '')}/`)
  if (roots.length > 0 && !roots.filter(isS3Url).some(isWithin))
    throw new NightscoreError('PATH_OUTSIDE_ROOTS', {
      found: url,
      expected: `a path within ${roots.join(' or ')}`,
      fix: 'Name its s3://bucket/prefix in NIGHTSCORE_DATA_ROOTS where the worker runs.',
    })
  return url.replace(/\/+$/, '')
}
