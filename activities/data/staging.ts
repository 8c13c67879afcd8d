import { randomUUID } from 'node:crypto'
import { mkdir, realpath, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { quoteLiteral } from './quote-identifier'
import { openSandbox, type Sandbox } from './sandbox'
import type { SourceFile, SourceScope } from './source'
import { describeFile, fileIdentity, fileSha256 } from './source-file'

/** A Parquet file that was written and hashed on its way. */
export type WrittenFile = Pick<SourceFile, 'path' | 'rowGroups'> & { readonly sha256: string }

/** Where one attempt at staging a source writes; a sandbox that sees this folder and what is read from. */
export interface Staging {
  readonly sandbox: Sandbox
  /** The attempt's own, absolute: for files that others write, which `take` then takes. */
  readonly folder: string
  /**
   * Writes the rows of `select` as the next file, in order, as it is computed; nobody sees the file before it is whole.
   * @param into what the COPY statement goes through: the sandbox's own connection where `select` reads its tables
   */
  write(select: string, into?: (sql: string) => Promise<void>): Promise<SourceFile>
  /** A whole file in the folder, as a run's plan keeps it. */
  take(written: WrittenFile): Promise<SourceFile>
  /** Removes a file that write or take returned. */
  remove(file: SourceFile): Promise<void>
}

/**
 * Runs `work` with a folder of its own below the run's staging folder. An attempt overwrites nothing of another's, so a
 * retry beside a half-dead attempt is safe; what a failed attempt wrote is removed.
 * @param readable folders that the sandbox may read beside its own
 */
export async function stage(
  scope: Pick<SourceScope, 'stagingFolder' | 'signal'>,
  readable: readonly string[],
  work: (staging: Staging) => Promise<SourceFile[]>,
): Promise<SourceFile[]> {
  await mkdir(scope.stagingFolder, { recursive: true })
  const folder = join(await realpath(scope.stagingFolder), randomUUID())
  await mkdir(folder)
  const sandbox = await openSandbox([folder, ...readable], {
    threads: 1,
    memoryLimit: '2GB',
    spillFolder: join(folder, 'spilled'),
  })
  try {
    return await work(stagingIn(folder, sandbox, scope.signal))
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  } finally {
    sandbox.close()
  }
}

function stagingIn(folder: string, sandbox: Sandbox, signal: AbortSignal): Staging {
  let written = 0
  const copy = (sql: string): Promise<void> =>
    sandbox.using(async (connection) => {
      await connection.run(sql)
    }, signal)
  return {
    sandbox,
    folder,
    async write(select, into = copy) {
      const path = join(folder, `${String(written++).padStart(6, '0')}.parquet`)
      await into(`COPY (${select}) TO ${quoteLiteral(`${path}.part`)} (FORMAT parquet, COMPRESSION zstd)`)
      await rename(`${path}.part`, path)
      return describeFile(sandbox, path, await fileSha256(path), signal)
    },
    async take({ path, sha256, rowGroups }) {
      return { path, ...(await fileIdentity(path)), sha256, rowGroups }
    },
    remove: (file) => rm(file.path),
  }
}
