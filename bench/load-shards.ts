import { randomUUID } from 'node:crypto'
import type { Connections } from '../activities/data/postgres/connections'
import { createRunSink } from '../activities/data/sinks/run-sink'
import type { RunSink } from '../activities/data/sinks/sink'
import type { ShardResult } from '../schemas/run'
import { inWindow } from '../workflows/plan/in-window'

/** int16 count; then length and value of id, score and label */
const tupleBytes = 2 + 12 + 8 + 5

export function rowsIn(bytes: Uint8Array): number {
  return bytes.length / tupleBytes
}

/** Tuples of `count` rows in each of `shards` shards. */
export function tuples(shards: number, count: number): Uint8Array[] {
  return Array.from({ length: shards }, (_, shard) => {
    const view = new DataView(new ArrayBuffer(count * tupleBytes))
    for (let i = 0, at = 0; i < count; i++, at += tupleBytes) {
      view.setInt16(at, 3)
      view.setInt32(at + 2, 8)
      view.setBigInt64(at + 6, BigInt(shard * count + i))
      view.setInt32(at + 14, 4)
      view.setFloat32(at + 18, Math.random())
      view.setInt32(at + 22, 1)
    }
    return new Uint8Array(view.buffer)
  })
}

const none = {
  readMs: 0,
  encodeMs: 0,
  inferMs: 0,
  writeMs: 0,
  totalMs: 0,
  inferRuns: {},
  profileMs: 0,
  shadowMs: 0,
}

/** What a shard's commit says of it; nothing was measured. */
function resultOf(shardNo: number, scored: number): ShardResult {
  return {
    shardNo,
    read: scored,
    scored,
    quarantined: 0,
    filtered: 0,
    digest: 'bench',
    scoreSum: 0,
    outOfRange: {},
    quarantinedBy: {},
    timings: none,
    file: null,
    pairs: null,
  }
}

/** A prepared sink of a run that nothing scores: id as key, score and label, in the table `load`. */
export async function loadSink(
  connections: Connections,
  schema: string,
  concurrency?: number,
): Promise<RunSink> {
  const runId = randomUUID()
  const run = {
    runId,
    job: 'bench',
    batch: runId,
    revision: 1,
    modelVersion: 1,
    keys: [{ name: 'id', type: 'bigint' }],
    carry: [],
    predictions: [
      { name: 'score', type: 'real' },
      { name: 'label', type: 'boolean' },
    ],
  } as const
  const postgres = { schema, table: 'load', connection: undefined, concurrency }
  const sink = createRunSink({ connections, run, postgres, parquet: null })
  await sink.prepare()
  return sink
}

const patient = { signal: new AbortController().signal, onWait: () => undefined }
const sliceBytes = 1 << 19

/** Writes all shards by so many writers, as scoring threads do: the next shard once one is committed. */
export async function writeShards(
  sink: RunSink,
  shards: readonly Uint8Array[],
  writers: number,
): Promise<void> {
  await inWindow(shards.entries(), writers, async ([shardNo, bytes]) => {
    const transaction = await sink.beginShard(shardNo, patient)
    for (let at = 0; at < bytes.length; at += sliceBytes)
      await transaction.write(bytes.subarray(at, at + sliceBytes))
    await transaction.commit(resultOf(shardNo, rowsIn(bytes)))
  })
}
