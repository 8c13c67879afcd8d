import { createHash, randomUUID } from 'node:crypto'
import { CopyEncoder } from '../../activities/data/sinks/copy-encoder'
import { openParquetWriter } from '../../activities/data/sinks/parquet-writer'
import { runFolder, type ParquetOptions } from '../../activities/data/sinks/parquet-sink'
import type { RunSink, ShardTransaction, SinkRun } from '../../activities/data/sinks/sink'
import { isS3Url } from '../../activities/data/s3/s3-url'
import { uploadFile } from '../../activities/data/s3/upload-file'
import type { Waiting } from '../../activities/data/sinks/writer-slots'
import type { Column } from '../../schemas/column'
import type { ShardResult, SinkFile } from '../../schemas/run'
import { arrowBatch, type TestValue } from '../activities/data/sinks/arrow-batch'
import { temporaryFolder } from '../stack'

export type Row = readonly TestValue[]

/** A run of the contract's job: key id, carried column, score and label. */
export function sinkRun(changes: Partial<SinkRun> = {}): SinkRun {
  return {
    runId: randomUUID(),
    job: 'contract',
    batch: '2013-07-04',
    revision: 1,
    modelVersion: 7,
    keys: [{ name: 'id', type: 'bigint' }],
    carry: [{ name: 'carrier', type: 'text' }],
    predictions: [
      { name: 'score', type: 'real' },
      { name: 'label', type: 'boolean' },
    ],
    ...changes,
  }
}

/** Rows whose values tell the revision that wrote them: id, carrier, score, label. */
export function sinkRows(count: number, revision = 1, firstId = 0): Row[] {
  return Array.from({ length: count }, (_, i) => [
    BigInt(firstId + i),
    `r${revision}`,
    revision + 0.5,
    i % 2 === 0,
  ])
}

export const columnsOf = (run: SinkRun): readonly Column[] => [...run.keys, ...run.carry, ...run.predictions]

/** One attempt at a shard as the scoring pool makes it, up to but without its commit. */
export interface Attempt {
  readonly transaction: ShardTransaction
  readonly result: ShardResult
}

/** Waits for a place among the sink's writers as long as it takes. */
export const patient: Waiting = { signal: new AbortController().signal, onWait: () => undefined }

/** Begins a shard's transaction and sends its rows to each kind of sink that there is. */
export async function attemptShard(
  sink: RunSink,
  run: SinkRun,
  kinds: { readonly postgres: boolean; readonly parquet: ParquetOptions | null },
  shardNo: number,
  rows: readonly Row[],
): Promise<Attempt> {
  const transaction = await sink.beginShard(shardNo, patient)
  try {
    return { transaction, result: await sendRows(transaction, run, kinds, shardNo, rows) }
  } catch (error) {
    await transaction.rollback()
    throw error
  }
}

async function sendRows(
  transaction: ShardTransaction,
  run: SinkRun,
  kinds: { readonly postgres: boolean; readonly parquet: ParquetOptions | null },
  shardNo: number,
  rows: readonly Row[],
): Promise<ShardResult> {
  const batch = arrowBatch(columnsOf(run), rows)
  const bytes = new CopyEncoder(columnsOf(run)).encode(batch)
  // cut anywhere: a tuple may come in two parts
  if (kinds.postgres && bytes.length > 0)
    for (const part of [bytes.subarray(0, 7), bytes.subarray(7)]) await transaction.write(part)
  let file: SinkFile | null = null
  if (kinds.parquet) {
    const { batch: key, revision, modelVersion, runId } = run
    const folder = runFolder(kinds.parquet.path, runId)
    const target = {
      ...kinds.parquet,
      folder: isS3Url(folder) ? temporaryFolder() : folder,
      constants: { batch: key, revision, modelVersion, runId },
    }
    const writer = await openParquetWriter(target, shardNo, columnsOf(run))
    await writer.write(batch)
    file = await writer.close()
    if (isS3Url(folder)) await uploadFile(`${target.folder}/${file.name}`, `${folder}/${file.name}`)
  }
  return {
    shardNo,
    read: rows.length,
    scored: rows.length,
    quarantined: 0,
    filtered: 0,
    digest: createHash('sha256').update(bytes).digest('hex'),
    scoreSum: 0.1,
    outOfRange: {},
    quarantinedBy: {},
    timings: {
      readMs: 1,
      encodeMs: 1,
      inferMs: 1,
      writeMs: 1,
      totalMs: 4,
      inferRuns: {},
      profileMs: 0,
      shadowMs: 0,
    },
    file,
    pairs: null,
  }
}
