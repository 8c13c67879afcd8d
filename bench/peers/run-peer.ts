import { execFile } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import type { BenchStack } from '../bench-stack'
import { benchFolder, pythonProgram, type BenchData } from './bench-data'
import { checkOutput, type Expected, type Output } from './check-output'
import type { Measured } from './compare-rounds'
import { processTree } from './process-tree'
import { readFiles, readTable } from './read-output'
import { peerTitles, type Peer, type Work } from './works'

export interface PeerTask {
  readonly work: Work
  readonly peer: Peer
  /** Parquet files; `few` has fewer of the same rows, by which a peer chooses among its ways. */
  readonly rows: string
  readonly fewRows: string
  /** The same as queries, for works that start from Postgres. */
  readonly source: string
  readonly fewSource: string
  readonly expected: Expected
  readonly postgresPid: number | null
}

interface Printed {
  readonly seconds: number
  readonly peakMb?: number
  readonly note: string | null
  /** Of a peer that writes nothing. */
  readonly output?: Expected | null
}

/** Long for whole runs of everyday Python. */
const withinMs = 30 * 60_000
const table = 'bench_peer'
const out = path.join(benchFolder, 'peer-out')

/** One measurement of a peer in a process of its own. @throws Error where it fails or its output is wrong */
export async function runPeer(data: BenchData, stack: BenchStack, task: PeerTask): Promise<Measured> {
  const { work, peer, postgresPid } = task
  const { control } = stack.connections
  const toFiles = peer === 'ray' || work.sink === 'parquet'
  fs.rmSync(out, { recursive: true, force: true })
  if (peer !== 'ray') fs.mkdirSync(out)
  await control.query(`DROP TABLE IF EXISTS ${table}`)
  await control.query('CHECKPOINT')
  const options = {
    model: data.packageFolder(work.model),
    ...(work.source === 'postgres'
      ? { source: task.source, fewSource: task.fewSource }
      : { rows: task.rows, fewRows: task.fewRows }),
    ...(peer === 'ray' ? { out } : toFiles ? { out: path.join(out, 'scores.parquet') } : { table }),
    ...(peer === 'ray' ? {} : { url: stack.databaseUrl }),
  }
  const { printed, cpuSeconds, peakMb } = await spawnPeer(data, peer, options, postgresPid)
  checkOutput(peerTitles[peer], await outputOf(task, printed, toFiles, stack), task.expected)
  await control.query(`DROP TABLE IF EXISTS ${table}`)
  fs.rmSync(out, { recursive: true, force: true })
  const { seconds, note } = printed
  return { seconds, cpuSeconds, peakMb: printed.peakMb ?? peakMb, ...(note === null ? {} : { note }) }
}

async function outputOf(
  { expected }: PeerTask,
  { output }: Printed,
  toFiles: boolean,
  { connections }: BenchStack,
): Promise<Output> {
  if (output)
    return {
      ...output,
      keys: output.rows,
      sample: output.sample.map(([key, score]) => [key, score, score >= 0.5] as const),
    }
  return toFiles
    ? readFiles(path.join(out, '*.parquet'), expected)
    : readTable(connections.control, table, expected)
}

/**
 * Runs it to its end. It prints `measuring` when it begins with what is measured, and a line of JSON after it: what is between
 * them is what it costs. Of Ray's many processes what is resident is looked at every half second.
 */
async function spawnPeer(data: BenchData, peer: Peer, options: object, postgresPid: number | null) {
  const words = peer === 'ray' ? ['ray_peer.py'] : ['peers.py', peer]
  const python = peer === 'ray' ? data.ray.python : data.python
  if (python === null) throw new Error('Ray is not installed')
  const running = promisify(execFile)(python, [...pythonProgram(words), JSON.stringify(options)], {
    timeout: withinMs,
    maxBuffer: 2 ** 26,
  })
  const { pid = 0, stdout } = running.child
  const cpuNow = () =>
    [pid, postgresPid].reduce(
      (sum: number, one) => sum + ((one === null ? null : processTree.cpuSeconds(one)) ?? NaN),
      0,
    )
  let [begun, ended, peakMb] = [NaN, NaN, 0]
  stdout?.on('data', (chunk: Buffer) => {
    if (chunk.toString().includes('measuring')) begun = cpuNow()
    else ended = cpuNow()
  })
  const look = () => (peakMb = Math.max(peakMb, processTree.residentMb(pid) ?? NaN))
  const looking = peer === 'ray' ? setInterval(look, 500) : undefined
  try {
    const printed = JSON.parse((await running).stdout.trim().split('\n').at(-1) ?? '') as Printed
    const cpuSeconds = ended - begun
    return { printed, cpuSeconds: Number.isNaN(cpuSeconds) ? null : cpuSeconds, peakMb: peakMb || null }
  } catch (error) {
    const { stderr, message } = error as Error & { readonly stderr?: string }
    throw new Error(`${peerTitles[peer]} failed: ${(stderr || message).trim().slice(-2_000)}`, {
      cause: error,
    })
  } finally {
    clearInterval(looking)
  }
}
