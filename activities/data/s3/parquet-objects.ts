import { mkdir } from 'node:fs/promises'
import { inWindow } from '../../../workflows/plan/in-window'
import { sandboxFor } from '../sandbox'
import type { SourceFile, SourceScope } from '../source'
import { describeFile } from '../source-file'
import { footerCopy } from './footer-copy'
import { objectsFor } from './objects-for'
import { namingObjects } from './naming-objects'

/** Footers that are fetched at once: a request's time is most of it. */
const fetchedAtOnce = 16

/**
 * Parquet objects as a run's plan keeps them, from their footers: rows are not read. The footers stay below the staging folder:
 * footerPath.
 * @throws PATH_OUTSIDE_ROOTS, SOURCE_NO_FILES, SOURCE_FILE_UNREADABLE, SOURCE_CHANGED, S3_*
 */
export async function parquetObjects(
  pattern: string,
  { stagingFolder, onProgress, signal }: Pick<SourceScope, 'stagingFolder' | 'onProgress' | 'signal'>,
): Promise<SourceFile[]> {
  const objects = await objectsFor(pattern, signal)
  await mkdir(stagingFolder, { recursive: true })
  const sandbox = await sandboxFor([stagingFolder])
  const files: SourceFile[] = []
  await inWindow(objects.entries(), fetchedAtOnce, async ([i, object]) => {
    const path = await footerCopy(object, stagingFolder, signal)
    const described = await namingObjects([{ url: object.url, path }], () =>
      describeFile(sandbox, path, null, signal),
    )
    files[i] = { ...described, path: object.url, etag: object.etag, modifiedMs: object.modifiedMs }
    onProgress(0)
  })
  return files
}
