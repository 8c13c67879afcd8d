import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import path from 'node:path'
import { quoteIdentifier, quoteLiteral } from '../quote-identifier'
import { withLocalCopies } from '../s3/local-copies'
import { objectCache } from '../s3/object-storage'
import { openSandbox, quotePath } from '../sandbox'
import type { DuplicateKeys } from './duplicate-keys'
import { findFileDuplicates } from './find-file-duplicates'
import type { SinkRun } from './sink'

/**
 * Keys that are in the run's Parquet objects more than once; null where each is there once. One object at a time is here, its keys
 * stay until all are: a run may be larger than this machine's disk.
 */
export async function findObjectDuplicates(
  run: SinkRun,
  objects: readonly { readonly url: string; readonly sha256: string }[],
): Promise<DuplicateKeys | null> {
  const parent = path.join(objectCache().ownFolder, 'keys')
  await mkdir(parent, { recursive: true })
  const folder = await mkdtemp(path.join(parent, 'run-'))
  const names = run.keys.map(({ name }) => quoteIdentifier(name)).join(', ')
  const files: string[] = []
  try {
    for (const object of objects)
      await withLocalCopies([object], async ({ files: [copy], roots }) => {
        const file = path.join(folder, `${files.length}.parquet`)
        files.push(file)
        const sandbox = await openSandbox([folder, ...roots], { threads: 1, memoryLimit: '1GB' })
        try {
          const rows = `SELECT ${names} FROM read_parquet(${quotePath(copy!.path)}, hive_partitioning = false)`
          await sandbox.rows(`COPY (${rows}) TO ${quoteLiteral(file)} (FORMAT parquet)`)
        } finally {
          sandbox.close()
        }
      })
    return await findFileDuplicates(run, folder, files)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
