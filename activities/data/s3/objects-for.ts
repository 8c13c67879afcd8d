import { NightscoreError } from '../../../schemas/errors'
import { globMatcher, globPrefix, isGlob } from './match-keys'
import { headObject, listObjects, type S3Object } from './objects'
import { allowedUrl } from './s3-roots'

/**
 * The objects that an s3:// path or glob (*, ?, [abc], **) names, in order of key.
 * @throws PATH_OUTSIDE_ROOTS, SOURCE_NO_FILES, S3_*
 */
export async function objectsFor(pattern: string, signal?: AbortSignal): Promise<S3Object[]> {
  const url = allowedUrl(pattern)
  const found: S3Object[] = []
  const exact = await headObject(url, signal)
  if (exact) found.push(exact)
  else if (isGlob(url)) {
    const matches = globMatcher(url)
    for await (const object of listObjects(globPrefix(url), signal))
      if (matches(object.url)) found.push(object)
  }
  if (found.length > 0) return found
  throw new NightscoreError('SOURCE_NO_FILES', {
    found: `no object for ${pattern}`,
    expected: 'at least one',
  })
}
