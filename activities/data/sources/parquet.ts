import { fillPathTemplate } from '../path-template'
import { filesInRoots } from '../roots'
import { parquetObjects } from '../s3/parquet-objects'
import { isS3Url } from '../s3/s3-url'
import { sandboxFor } from '../sandbox'
import type { Source } from '../source'
import { describeFile } from '../source-file'
import { hasLargeGroup, restage } from './restage'

/** Parquet files where they lie: a path, glob or date template relative to the job's folder, or of S3. */
export function parquetSource(path: string): Source {
  return {
    async files(scope) {
      const { job, batch, roots, onProgress, signal } = scope
      const pattern = fillPathTemplate(path, batch)
      if (isS3Url(pattern)) return parquetObjects(pattern, scope)
      const sandbox = await sandboxFor(roots)
      const paths = await filesInRoots(pattern, job.folder, sandbox)
      const files = []
      for (const file of paths) {
        const described = await describeFile(sandbox, file, null, signal)
        const large = hasLargeGroup(described.rowGroups, job.shards.rows)
        files.push(large ? await restage(described, scope) : described)
        onProgress(0)
      }
      return files
    },
  }
}
