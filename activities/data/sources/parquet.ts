import { fillPathTemplate } from '../path-template'
import { filesInRoots } from '../roots'
import { sandboxFor } from '../sandbox'
import type { Source } from '../source'
import { describeFile } from '../source-file'

/** Parquet files where they lie: a path, glob or date template relative to the job's folder. */
export function parquetSource(path: string): Source {
  return {
    async files({ job, batch, roots, onProgress, signal }) {
      const sandbox = await sandboxFor(roots)
      const paths = await filesInRoots(fillPathTemplate(path, batch), job.folder, sandbox)
      const files = []
      for (const file of paths) {
        files.push(await describeFile(sandbox, file, null, signal))
        onProgress(0)
      }
      return files
    },
  }
}
