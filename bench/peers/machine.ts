import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { connectTemporal } from '../../workers/temporal-connection'
import { projectFolder, type BenchStack } from '../bench-stack'
import type { BenchData } from './bench-data'

/** What the figures were measured on. */
export interface Machine {
  readonly cpu: string
  readonly memory: string
  readonly system: string
  /** Runnable processes, mean of the last minute, before the first measurement: above the number of cores figures are not worth much. */
  readonly loadBefore: number
  readonly commit: string
  readonly versions: Readonly<Record<string, string>>
}

export async function describeMachine(stack: BenchStack, data: BenchData): Promise<Machine> {
  const temporal = await connectTemporal(stack.environment)
  const { serverVersion } = await temporal.connection.workflowService.getSystemInfo({})
  await temporal.connection.close()
  const { rows } = await stack.connections.control.query<{ server_version: string }>('SHOW server_version')
  const [cpu] = os.cpus()
  return {
    cpu: `${os.cpus().length} x ${cpu?.model ?? 'unknown'}`,
    memory: `${(os.totalmem() / 2 ** 30).toFixed(0)} GB`,
    system: systemName(),
    loadBefore: os.loadavg()[0] ?? NaN,
    commit: commit(),
    versions: {
      'Node.js': process.versions.node,
      Postgres: rows[0]?.server_version ?? 'unknown',
      Temporal: serverVersion,
      ...Object.fromEntries(
        ['onnxruntime-node', '@duckdb/node-api', '@temporalio/worker'].map((name) => [name, installed(name)]),
      ),
      ...(await data.call<Record<string, string>>('peers.py', 'versions')),
    },
  }
}

function systemName(): string {
  try {
    const name = /^PRETTY_NAME="(.*)"$/m.exec(fs.readFileSync('/etc/os-release', 'utf8'))?.[1]
    return `${name ?? os.type()}, ${os.type()} ${os.release()}`
  } catch {
    return `${os.type()} ${os.release()}`
  }
}

function commit(): string {
  try {
    const git = (...words: string[]) =>
      execFileSync('git', words, { cwd: projectFolder, encoding: 'utf8', stdio: 'pipe' }).trim()
    const changed = git('status', '--porcelain', '--untracked-files=no') === '' ? '' : ' with changes'
    return `${git('rev-parse', '--short', 'HEAD')}${changed}`
  } catch {
    return 'unknown'
  }
}

function installed(name: string): string {
  const file = path.join(projectFolder, 'node_modules', name, 'package.json')
  return (JSON.parse(fs.readFileSync(file, 'utf8')) as { readonly version: string }).version
}
