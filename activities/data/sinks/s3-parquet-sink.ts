import { z } from 'zod'
import { NightscoreError } from '../../../schemas/errors'
import type { ShardResult } from '../../../schemas/run'
import { abortUploads, deleteObjects, deletePrefix, listObjects, readText, writeText } from '../s3/objects'
import { s3Join } from '../s3/s3-url'
import { storedBytes, storedFile } from '../store/stored-entries'
import type { DuplicateKeys } from './duplicate-keys'
import type { FileSink } from './file-sink'
import { findObjectDuplicates } from './find-object-duplicates'
import { manifestName, runFolder } from './parquet-sink'
import { filesOf, runManifest } from './run-manifest'
import type { SinkRun } from './sink'

/** That a run began to write here: an empty folder is nothing in S3. */
const markerName = '_run.json'
export const pointerName = '_current.json'

const pointer = z.looseObject({ runId: z.string() })

/**
 * Predictions as Parquet objects: <path>/batch=KEY/_current.json lists the objects of the visible run, which are in <path>.runs/<runId>. It
 * is written by one PUT, so a reader who follows it finds one run, whole.
 */
export class S3ParquetSink implements FileSink {
  private readonly folder: string
  private readonly pointer: string

  /** @param root the sink's s3:// path, without a slash at its end */
  constructor(
    private readonly root: string,
    private readonly run: SinkRun,
  ) {
    this.folder = runFolder(root, run.runId)
    this.pointer = s3Join(root, `batch=${run.batch}`, pointerName)
  }

  async prepare(): Promise<void> {
    await this.pointedRun()
    const { runId, job, batch, revision } = this.run
    await writeText(s3Join(this.folder, markerName), `${JSON.stringify({ runId, job, batch, revision })}\n`)
  }

  async exists(): Promise<boolean> {
    return (await storedFile(s3Join(this.folder, markerName))) !== null
  }

  async check(results: readonly ShardResult[]): Promise<void> {
    const sizes = new Map<string, number>()
    for await (const { url, sizeBytes } of listObjects(s3Join(this.folder, ''))) sizes.set(url, sizeBytes)
    for (const { name, sizeBytes } of filesOf(results)) {
      const url = s3Join(this.folder, name)
      const found = sizes.get(url)
      if (found !== sizeBytes)
        throw new NightscoreError('STORE_CORRUPT', {
          found: `${url} ${found === undefined ? 'missing' : `of ${found} bytes`}`,
          expected: `the ${sizeBytes} bytes that were written`,
        })
    }
  }

  duplicateKeys(results: readonly ShardResult[]): Promise<DuplicateKeys | null> {
    const files = filesOf(results).map(({ name, sha256 }) => ({ url: s3Join(this.folder, name), sha256 }))
    return findObjectDuplicates(this.run, files)
  }

  async publish(results: readonly ShardResult[]): Promise<void> {
    await abortUploads(s3Join(this.folder, ''))
    const kept = new Set([manifestName, markerName, ...filesOf(results).map(({ name }) => name)])
    const others: string[] = []
    for await (const { url } of listObjects(s3Join(this.folder, '')))
      if (!kept.has(url.slice(this.folder.length + 1))) others.push(url)
    await deleteObjects(others)
    const text = this.manifest(results)
    await writeText(s3Join(this.folder, manifestName), text)
    await writeText(this.pointer, text)
  }

  async republish(results: readonly ShardResult[]): Promise<void> {
    await this.check(results)
    await writeText(this.pointer, this.manifest(results))
  }

  async withdraw(visibleRun: string | null, keep: boolean): Promise<void> {
    if ((await this.pointedRun()) === this.run.runId && visibleRun !== this.run.runId) {
      const other = visibleRun && (await readText(s3Join(runFolder(this.root, visibleRun), manifestName)))
      if (other === null) await deleteObjects([this.pointer])
      else await writeText(this.pointer, other)
    }
    if (!keep) await deletePrefix(s3Join(this.folder, ''))
  }

  async isLinked(): Promise<boolean> {
    return (await this.pointedRun()) === this.run.runId
  }

  sizeBytes(): Promise<number> {
    return storedBytes(this.folder)
  }

  /** As readers get it: each file with its s3:// URL. */
  private manifest(results: readonly ShardResult[]): string {
    const { files, ...manifest } = runManifest(this.run, results)
    const located = files.map((file) => ({ url: s3Join(this.folder, file.name), ...file }))
    return `${JSON.stringify({ ...manifest, files: located }, null, 2)}\n`
  }

  /** The run that the batch's pointer names, null without one. @throws SINK_INVALID where it is none of ours */
  private async pointedRun(): Promise<string | null> {
    const text = await readText(this.pointer)
    if (text === null) return null
    const parsed = pointer.safeParse(json(text))
    if (parsed.success) return parsed.data.runId
    throw new NightscoreError('SINK_INVALID', {
      found: `${this.pointer}, which names no run`,
      expected: 'nothing there, or Nightscore’s manifest',
      fix: 'Move it away, or give the sink another path.',
    })
  }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
