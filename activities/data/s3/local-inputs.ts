import { fillPathTemplate } from '../path-template'
import { filesInRoots } from '../roots'
import { sandboxFor } from '../sandbox'
import type { SourceScope } from '../source'
import { withLocalCopies, type LocalCopies } from './local-copies'
import { objectsFor } from './objects-for'
import { isS3Url } from './s3-url'

/** A file that a job names, in its own words, and where it can be read. */
export interface LocalInput {
  readonly url: string
  readonly path: string
}

/**
 * Lends the files that a job's path, glob or date template names to `work`, whole: those of S3 as copies.
 * @throws PATH_OUTSIDE_ROOTS, SOURCE_NO_FILES, S3_*
 */
export async function withLocalInputs<T>(
  template: string,
  { job, batch, roots, signal }: SourceScope,
  work: (inputs: LocalCopies<LocalInput>) => Promise<T>,
): Promise<T> {
  const pattern = fillPathTemplate(template, batch)
  if (isS3Url(pattern)) return withLocalCopies(await objectsFor(pattern, signal), work, signal)
  const paths = await filesInRoots(pattern, job.folder, await sandboxFor(roots))
  return work({ files: paths.map((path) => ({ url: path, path })), roots })
}
