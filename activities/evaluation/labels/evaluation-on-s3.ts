import { withLocalCopies, type LocalCopies } from '../../data/s3/local-copies'
import { isS3Url } from '../../data/s3/s3-url'
import type { EvaluationPool } from './evaluation-pool'

/** A pool whose tasks may name objects of S3: threads read copies of them. Tasks without such names go through as they are. */
export function evaluationOnS3(pool: EvaluationPool): EvaluationPool {
  return {
    close: () => pool.close(),
    evaluate: (task, signal) => {
      const { predictions, arrivals, labelsFolder } = task
      const files = [...predictions.files.map((url) => ({ url })), ...named(arrivals)]
      return lent(files, signal, ({ local, folders, folder }) =>
        pool.evaluate(
          {
            ...task,
            predictions: {
              ...predictions,
              files: predictions.files.map(local),
              roots: folders(predictions.roots),
            },
            arrivals: arrivals.map((one) => ({ ...one, path: local(one.path) })),
            labelsFolder: folder(labelsFolder, predictions.roots),
          },
          signal,
        ),
      )
    },
    compare: (task, signal) => {
      const files = task.batches.flatMap((batch) => [...named(batch.files), ...named(batch.arrivals)])
      return lent(files, signal, ({ local, folders, folder }) =>
        pool.compare(
          {
            ...task,
            batches: task.batches.map((batch) => ({
              ...batch,
              files: batch.files.map((one) => ({ ...one, path: local(one.path) })),
              arrivals: batch.arrivals.map((one) => ({ ...one, path: local(one.path) })),
            })),
            roots: folders(task.roots),
            labelsFolder: task.labelsFolder === null ? null : folder(task.labelsFolder, task.roots),
          },
          signal,
        ),
      )
    },
  }
}

interface Named {
  readonly url: string
  readonly sha256?: string
}

const named = (files: readonly { readonly path: string; readonly sha256: string }[]): Named[] =>
  files.map(({ path, sha256 }) => ({ url: path, sha256 }))

/** What stands for a task's files and folders on this machine. */
interface Local {
  readonly local: (file: string) => string
  readonly folders: (folders: readonly string[]) => string[]
  /** @param others what is read anyway: it stands for a folder without a file that is wanted */
  readonly folder: (folder: string, others: readonly string[]) => string
}

function lent<T>(
  files: readonly Named[],
  signal: AbortSignal,
  work: (local: Local) => Promise<T>,
): Promise<T> {
  return withLocalCopies(
    files,
    ({ files: copies, roots }: LocalCopies<Named & { readonly path: string }>) => {
      const paths = new Map(copies.map(({ url, path }) => [url, path]))
      const folders = (named: readonly string[]): string[] => [
        ...new Set([...named.filter((folder) => !isS3Url(folder)), ...roots]),
      ]
      return work({
        local: (file) => paths.get(file) ?? file,
        folders,
        folder: (folder, others) => (isS3Url(folder) ? (folders(others)[0] ?? folder) : folder),
      })
    },
    signal,
  )
}
