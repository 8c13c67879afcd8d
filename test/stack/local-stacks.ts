import { type ChildProcess, spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { Connection } from '@temporalio/client'
import { type LocalStack, startLocalStack } from '../../workers/local-stack'
import { stackFolders } from '../../workers/local-stack/folders'
import { type ServerRecord, readRecord } from '../../workers/local-stack/state'
import { whenFileEnds } from './clean-up'
import { temporaryFolder } from './fresh'
import { removeStack } from './remove-stack'

const project = path.resolve(__dirname, '..', '..')
export const binFolder = path.join(project, '.nightscore', 'bin')
/** Names no servers. */
export const env = { PATH: process.env['PATH'], HOME: process.env['HOME'] }

/** A folder that Postgres's user can reach when the tests run as root: mkdtemp makes closed ones. */
export function openFolder(): string {
  const root = temporaryFolder()
  fs.chmodSync(root, 0o755)
  whenFileEnds(() => removeStack(root))
  return root
}

/** Starts a stack in this process. */
export async function start(root: string): Promise<{ stack: LocalStack; lines: string[] }> {
  const lines: string[] = []
  const stack = await startLocalStack({
    root,
    binFolder,
    env,
    ports: 'any',
    report: (line) => lines.push(line),
  })
  whenFileEnds(() => stack.stop())
  return { stack, lines }
}

/** A process that started a stack. */
export interface Starter {
  readonly child: ChildProcess
  readonly databaseUrl: string
  readonly temporalAddress: string
  output(): string
}

/** Starts a stack in a process of its own, which keeps it until a signal comes. */
export async function startElsewhere(root: string, then = ''): Promise<Starter> {
  const script = `
    const { startLocalStack } = require(${JSON.stringify(path.join(project, 'dist', 'workers', 'local-stack'))})
    startLocalStack({ root: ${JSON.stringify(root)}, binFolder: ${JSON.stringify(binFolder)}, ports: 'any', stopOnSignal: true, report: console.log })
      .then(stack => { console.log('UP ' + JSON.stringify(stack)); setInterval(() => {}, 1000); ${then} })`
  const child = spawn(process.execPath, ['-e', script], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  whenFileEnds(() => void child.kill('SIGKILL'))
  let text = ''
  const up = await new Promise<{ databaseUrl: string; temporalAddress: string }>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
      const match = /^UP (.*)$/m.exec(text)
      if (match?.[1] !== undefined) resolve(JSON.parse(match[1]) as typeof up)
    })
    child.once('exit', () => reject(new Error(`the starter ended: ${text}`)))
  })
  return { child, ...up, output: () => text }
}

/** @returns the signal that it died of; null when it exited. */
export async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<NodeJS.Signals | null> {
  const ended = new Promise<NodeJS.Signals | null>((resolve) => child.once('exit', (_, by) => resolve(by)))
  child.kill(signal)
  return ended
}

/** What is on record as running for the folder. */
export function servers(root: string): Record<'postgres' | 'temporal', ServerRecord | undefined> {
  const folders = stackFolders(root)
  return { postgres: readRecord(folders, 'postgres'), temporal: readRecord(folders, 'temporal') }
}

/** The names of a Temporal server's namespaces. */
export async function namespaces(address: string): Promise<(string | null | undefined)[]> {
  const connection = await Connection.connect({ address })
  try {
    const { namespaces: found } = await connection.workflowService.listNamespaces({})
    return found.map((one) => one.namespaceInfo?.name)
  } finally {
    await connection.close()
  }
}
