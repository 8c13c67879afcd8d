import { randomUUID } from 'node:crypto'
import { createRunSink } from '../../activities/data/sinks/run-sink'
import type { BenchStack } from '../bench-stack'
import { resultOf, rowsIn, tuples } from '../load-shards'
import type { Measured } from './compare-rounds'
import { processTree } from './process-tree'

const shardCount = 20
const writers = 2
const sliceBytes = 1 << 19
const patient = { signal: new AbortController().signal, onWait: () => undefined }

/**
 * What Postgres alone takes of a run: finished predictions from memory into the product's own table by two connections, then
 * its columns, key and count. No run can be faster, whatever it reads and scores with.
 */
export async function runLoad(
  stack: BenchStack,
  rowCount: number,
  postgresPid: number | null,
): Promise<Measured> {
  const shards = tuples(shardCount, Math.ceil(rowCount / shardCount))
  const sink = createRunSink({
    connections: stack.connections,
    run: {
      runId: randomUUID(),
      job: 'bench-load',
      batch: 'load',
      revision: 1,
      modelVersion: 1,
      keys: [{ name: 'id', type: 'bigint' }],
      carry: [],
      predictions: [
        { name: 'score', type: 'real' },
        { name: 'label', type: 'boolean' },
      ],
    },
    postgres: { schema: 'bench_load', table: 'load', connection: undefined, concurrency: undefined },
    parquet: null,
  })
  await sink.prepare()
  const { control } = stack.connections
  try {
    await control.query('CHECKPOINT')
    const cpuNow = () => (postgresPid === null ? null : processTree.cpuSeconds(postgresPid))
    const [cpuBefore, started] = [cpuNow(), performance.now()]
    let next = 0
    const write = async (): Promise<void> => {
      for (let shardNo = next++; shardNo < shardCount; shardNo = next++) {
        const transaction = await sink.beginShard(shardNo, patient)
        const bytes = shards[shardNo]!
        for (let at = 0; at < bytes.length; at += sliceBytes)
          await transaction.write(bytes.subarray(at, at + sliceBytes))
        await transaction.commit(resultOf(shardNo, rowsIn(bytes)))
      }
    }
    await Promise.all(Array.from({ length: writers }, write))
    const { rows } = await sink.check(shardCount)
    const seconds = (performance.now() - started) / 1_000
    const cpuAfter = cpuNow()
    const expected = shards.reduce((sum, bytes) => sum + rowsIn(bytes), 0)
    if (rows !== expected) throw new Error(`Postgres alone: ${rows} rows are in the table, not ${expected}`)
    const cpuSeconds = cpuBefore === null || cpuAfter === null ? null : cpuAfter - cpuBefore
    return { seconds, cpuSeconds, peakMb: null, note: 'finished predictions from memory, two connections' }
  } finally {
    await sink.close({ keep: false })
    await control.query('DROP SCHEMA IF EXISTS bench_load CASCADE')
  }
}
