import type { BenchStack } from '../bench-stack'
import { loadSink, rowsIn, tuples, writeShards } from '../load-shards'
import type { Measured } from './compare-rounds'
import { processTree } from './process-tree'

const shardCount = 20
const writers = 2

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
  const sink = await loadSink(stack.connections, 'bench_load')
  const { control } = stack.connections
  try {
    await control.query('CHECKPOINT')
    const cpuNow = () => (postgresPid === null ? null : processTree.cpuSeconds(postgresPid))
    const [cpuBefore, started] = [cpuNow(), performance.now()]
    await writeShards(sink, shards, writers)
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
