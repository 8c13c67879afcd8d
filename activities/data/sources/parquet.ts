import { fillPathTemplate } from '../path-template'
import { filesInRoots } from '../roots'
import { withLocalSources } from '../s3/local-copies'
import { parquetObjects } from '../s3/parquet-objects'
import { isS3Url } from '../s3/s3-url'
import { sandboxFor } from '../sandbox'
import type { Source, SourceFile, SourceScope } from '../source'
import { describeFile } from '../source-file'
import { hasLargeGroup, restage } from './restage'

/** Parquet files where they lie: a path, glob or date template relative to the job's folder, or of S3. */
export function parquetSource(path: string): Source {
  return {
    async files(scope) {
      const pattern = fillPathTemplate(path, scope.batch)
      const files: SourceFile[] = []
      for (const file of await (isS3Url(pattern) ? parquetObjects : parquetFiles)(pattern, scope))
        files.push(hasLargeGroup(file.rowGroups, scope.job.shards.rows) ? await staged(file, scope) : file)
      return files
    },
  }
}

async function parquetFiles(
  pattern: string,
  { job, roots, onProgress, signal }: SourceScope,
): Promise<SourceFile[]> {
  const sandbox = await sandboxFor(roots)
  const files: SourceFile[] = []
  for (const file of await filesInRoots(pattern, job.folder, sandbox)) {
    files.push(await describeFile(sandbox, file, null, signal))
    onProgress(0)
  }
  return files
}

function staged(file: SourceFile, scope: SourceScope): Promise<SourceFile> {
  return withLocalSources(
    [file],
    ({ files: [local], roots }) => restage(local!, { ...scope, roots: [...scope.roots, ...roots] }),
    scope.signal,
  )
}
