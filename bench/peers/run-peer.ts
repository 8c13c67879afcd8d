import { execFile } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import type { BenchStack } from '../bench-stack'
import { benchFolder, type BenchData } from './bench-data'
import { checkOutput, type Expected, type Output } from './check-output'
import type { Measured } from './compare-rounds'
import { processTree } from './process-tree'
import { readFiles, readTable } from './read-output'
import { peerTitles, type Peer, type Work } from './works'

export interface PeerTask {
  readonly work: Work
  readonly peer: Peer
  readonly rows: string
  /** The table with the same rows, for works that start from Postgres. */
  readonly sourceTable: string
  readonly expected: Expected
  readonly postgresPid: number | null
}

interface Printed {
  readonly seconds: number
  readonly cpuSeconds?: number
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
    ...(work.source === 'postgres' ? { source: task.sourceTable } : { rows: task.rows }),
    ...(peer === 'ray' ? { out } : toFiles ? { out: path.join(out, 'scores.parquet') } : { table }),
    ...(peer === 'ray' ? {} : { url: stack.databaseUrl }),
  }
  const cpuBefore = postgresPid === null ? null : processTree.cpuSeconds(postgresPid)
  const { printed, treeCpuSeconds, treePeakMb } = await spawnPeer(data, peer, options)
  const cpuAfter = postgresPid === null ? null : processTree.cpuSeconds(postgresPid)
  checkOutput(peerTitles[peer], await outputOf(task, printed, toFiles, stack), task.expected)
  await control.query(`DROP TABLE IF EXISTS ${table}`)
  fs.rmSync(out, { recursive: true, force: true })
  const own = printed.cpuSeconds ?? treeCpuSeconds
  return {
    seconds: printed.seconds,
    cpuSeconds: own === null || cpuAfter === null || cpuBefore === null ? null : own + (cpuAfter - cpuBefore),
    peakMb: printed.peakMb ?? treePeakMb,
    ...(printed.note === null ? {} : { note: printed.note }),
  }
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

/** Runs it to its end; of Ray's many processes what was resident is looked at every half second. */
async function spawnPeer(data: BenchData, peer: Peer, options: object) {
  const [python, words] =
    peer === 'ray'
      ? [data.ray.python, ['ray_peer.py', JSON.stringify(options)]]
      : [data.python, ['peers.py', peer, JSON.stringify(options)]]
  if (python === null) throw new Error('Ray is not installed')
  const [program = '', ...rest] = words
  const running = promisify(execFile)(
    python,
    [path.join(benchFolder, '..', '..', 'bench', 'python', program), ...rest],
    {
      timeout: withinMs,
      maxBuffer: 2 ** 26,
    },
  )
  let treePeakMb: number | null = null
  let treeCpuSeconds: number | null = null
  const look = (): void => {
    const pid = running.child.pid ?? 0
    const mb = processTree.residentMb(pid)
    if (mb !== null) treePeakMb = Math.max(treePeakMb ?? 0, mb)
    treeCpuSeconds = processTree.cpuSeconds(pid) ?? treeCpuSeconds
  }
  const looking = peer === 'ray' ? setInterval(look, 500) : undefined
  try {
    const { stdout } = await running
    const printed = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Printed
    return { printed, treeCpuSeconds, treePeakMb }
  } catch (error) {
    const { stderr, message } = error as Error & { readonly stderr?: string }
    throw new Error(`${peerTitles[peer]} failed: ${(stderr || message).trim().slice(-2_000)}`, {
      cause: error,
    })
  } finally {
    clearInterval(looking)
  }
}
