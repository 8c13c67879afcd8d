import { randomBytes } from 'node:crypto'
import { lstat, mkdir, open, readdir, readlink, rename, rm, stat, symlink } from 'node:fs/promises'
import path from 'node:path'
import { isNativeError } from 'node:util/types'
import { NightscoreError } from '../../../schemas/errors'
import type { ShardResult } from '../../../schemas/run'
import { folderBytes } from '../folder-bytes'
import { storePath } from '../store/store-path'
import type { DuplicateKeys } from './duplicate-keys'
import type { FileSink } from './file-sink'
import { findFileDuplicates } from './find-file-duplicates'
import { pathFailed } from './path-failed'
import { filesOf, runManifest } from './run-manifest'
import type { SinkRun } from './sink'
import { syncFolder } from './sync-folder'

/** How the job's Parquet sink is written: `path` absolute, or of S3, within the data roots. */
export interface ParquetOptions {
  readonly path: string
  readonly compression: 'zstd' | 'snappy'
  readonly version: 'v1' | 'v2'
}

/** The folder that a run's files are written to: beside the one that readers see, so that a rename publishes them. */
export function runFolder(sinkPath: string, runId: string): string {
  return storePath(`${sinkPath}.runs`, runId)
}

export const manifestName = '_manifest.json'

/**
 * Predictions as Parquet: <path>/batch=KEY is a symbolic link to <path>.runs/<runId>, replaced by rename. What a run
 * holds is told by the ledger; other files in its folder are of attempts that did not commit.
 */
export class ParquetSink implements FileSink {
  private readonly folder: string
  private readonly link: string

  /** @param root the job's path of the sink, absolute */
  constructor(
    private readonly root: string,
    private readonly run: SinkRun,
  ) {
    this.folder = runFolder(root, run.runId)
    this.link = path.join(root, `batch=${run.batch}`)
  }

  /** @throws SINK_INVALID where something else is in the link's place, SINK_PATH_FAILED */
  async prepare(): Promise<void> {
    await this.attempt(async () => {
      await this.linkedRun()
      await mkdir(this.root, { recursive: true })
      await mkdir(this.folder, { recursive: true })
    })
  }

  async exists(): Promise<boolean> {
    return (await unlessMissing(stat(this.folder))) !== null
  }

  async check(results: readonly ShardResult[]): Promise<void> {
    const files = filesOf(results)
    for (const { name, sizeBytes } of files) {
      const found = await unlessMissing(stat(path.join(this.folder, name)))
      if (found?.size !== sizeBytes)
        throw new NightscoreError('STORE_CORRUPT', {
          found: `${path.join(this.folder, name)} ${found ? `of ${found.size} bytes` : 'missing'}`,
          expected: `the ${sizeBytes} bytes that were written`,
        })
    }
  }

  async duplicateKeys(results: readonly ShardResult[]): Promise<DuplicateKeys | null> {
    const files = filesOf(results).map(({ name }) => path.join(this.folder, name))
    return findFileDuplicates(this.run, this.folder, files)
  }

  /** Puts the run in the batch's place: removes what is not committed, writes the manifest, replaces the link. */
  async publish(results: readonly ShardResult[]): Promise<void> {
    await this.attempt(async () => {
      const kept = new Set([manifestName, ...filesOf(results).map((file) => file.name)])
      for (const name of await readdir(this.folder))
        if (!kept.has(name)) await rm(path.join(this.folder, name), { recursive: true })
      await this.writeManifest(results)
      await this.pointTo(this.run.runId)
    })
  }

  /** Puts a run that was published before in the batch's place again. @throws STORE_CORRUPT where a file of it is missing */
  async republish(results: readonly ShardResult[]): Promise<void> {
    await this.check(results)
    await this.attempt(() => this.pointTo(this.run.runId))
  }

  /**
   * Takes the batch's place back from this run, where it has it, for the run that should have it; null: for none. Then
   * removes the run's files unless `keep`.
   */
  async withdraw(visibleRun: string | null, keep: boolean): Promise<void> {
    await this.attempt(async () => {
      if ((await this.linkedRun()) === this.run.runId && visibleRun !== this.run.runId)
        await this.pointTo(visibleRun)
      if (!keep) await rm(this.folder, { recursive: true, force: true })
    })
  }

  /** Whether the batch's link names this run. */
  async isLinked(): Promise<boolean> {
    return (await this.linkedRun()) === this.run.runId
  }

  /** What the run's files take; 0 where there are none. */
  async sizeBytes(): Promise<number> {
    return folderBytes(this.folder)
  }

  /** The run that the batch's link names, null without a link. @throws SINK_INVALID where it is no link of ours */
  private async linkedRun(): Promise<string | null> {
    const found = await unlessMissing(lstat(this.link))
    if (found === null) return null
    if (!found.isSymbolicLink())
      throw new NightscoreError('SINK_INVALID', {
        found: `${this.link}, which is ${found.isDirectory() ? 'a folder' : 'a file'}`,
        expected: 'nothing there, or Nightscore’s symbolic link',
        fix: 'Move it away, or give the sink another path.',
      })
    return path.basename(await readlink(this.link))
  }

  private async pointTo(runId: string | null): Promise<void> {
    if (runId === null) await rm(this.link)
    else {
      const temporary = path.join(this.root, `.${path.basename(this.link)}.${randomBytes(4).toString('hex')}`)
      // relative, so that the whole tree can be moved or mounted elsewhere
      await symlink(path.relative(this.root, runFolder(this.root, runId)), temporary)
      await rename(temporary, this.link)
    }
    await syncFolder(this.root)
  }

  private async writeManifest(results: readonly ShardResult[]): Promise<void> {
    const manifest = runManifest(this.run, results)
    const temporary = path.join(this.folder, `.${manifestName}.${randomBytes(4).toString('hex')}`)
    const handle = await open(temporary, 'w')
    try {
      await handle.writeFile(`${JSON.stringify(manifest, null, 2)}\n`)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(temporary, path.join(this.folder, manifestName))
    await syncFolder(this.folder)
  }

  private async attempt<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      throw pathFailed(error, this.root)
    }
  }
}

async function unlessMissing<T>(found: Promise<T>): Promise<T | null> {
  try {
    return await found
  } catch (error) {
    if (isNativeError(error) && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}
