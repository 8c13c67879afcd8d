import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { NightscoreError } from '../../schemas/errors'
import type { StackFolders } from './folders'
import { answersAt, freePort } from './ports'
import { identify, isAlive, lastLines, startServer, stopProcess } from './processes'
import type { ServerLauncher } from './server'
import { temporalBinary } from './temporal-binary'

/** What a run can be found by in the Temporal UI: plain text there, so no personal data. */
export const searchAttributes = [
  'NightscoreJob',
  'NightscoreBatch',
  'NightscoreModel',
  'NightscoreVerdict',
] as const

const defaultPort = 7233
const defaultUiPort = 8233
const answerWithinMs = 60_000

const stopSteps = [
  { signal: 'SIGTERM', waitMs: 20_000 }, // measured: 1.3 s
  { signal: 'SIGKILL', waitMs: 2_000 }, // SQLite replays its log
] as const

export function temporalLauncher(folders: StackFolders, env: NodeJS.ProcessEnv): ServerLauncher {
  const logFile = path.join(folders.logs, 'temporal.log')
  return {
    name: 'temporal',
    title: 'Temporal',
    stopSteps,
    answers: async ({ port }) => (await whyNotServing(port)) === undefined,
    orphan: () => undefined, // it leaves no mark but our record

    async start({ preferDefaultPorts, report, born }) {
      const binary = await temporalBinary(folders.bin, env, report)
      for (let attempt = 1; ; attempt++) {
        const port = await freePort(preferDefaultPorts ? defaultPort : undefined)
        const uiPort = await freePort(preferDefaultPorts ? defaultUiPort : undefined, port)
        const words = startWords(folders, port, uiPort)
        const child = startServer({ command: binary, words, env: cleanEnv(env), logFile, account: undefined })
        const process = child.pid === undefined ? undefined : identify(child.pid)
        if (process !== undefined) born({ process, port, uiPort })
        const deadline = Date.now() + answerWithinMs
        let failure = process === undefined ? 'it ended at once' : await whyNotServing(port)
        while (failure !== undefined && process !== undefined && isAlive(process) && Date.now() < deadline) {
          await sleep(20)
          failure = await whyNotServing(port)
        }
        if (process !== undefined) {
          if (failure === undefined)
            return { process, port, uiPort, child, more: `UI at http://127.0.0.1:${uiPort}` }
          await stopProcess(process, stopSteps)
        }
        const log = lastLines(logFile)
        if (attempt === 5 || !/address already in use/i.test(log))
          throw new NightscoreError('STACK_FAILED', {
            found: `${failure ?? ''}; its log ends: ${log}`,
            expected: `the Temporal dev server (${binary}) serving on 127.0.0.1:${port}`,
            fix: `See ${logFile}; or set TEMPORAL_ADDRESS to a Temporal server that runs elsewhere.`,
          })
      }
    },
  }
}

function startWords(folders: StackFolders, port: number, uiPort: number): string[] {
  return [
    ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(port), '--ui-port', String(uiPort)],
    ...['--db-filename', folders.temporalDatabase, '--log-level', 'warn', '--ui-disable-news-fetch'],
    // its log is written at once and synced at checkpoints: a kill loses nothing, a power failure at most the last moments
    ...['--sqlite-pragma', 'synchronous=1'],
    ...searchAttributes.flatMap((name) => ['--search-attribute', `${name}=Keyword`]),
  ]
}

/** @returns undefined once the namespace is there with all search attributes, else what is missing. */
async function whyNotServing(port: number): Promise<string | undefined> {
  if (!(await answersAt(port))) return 'nothing listens' // gRPC would wait a second before it tries again
  const { Connection } = await import('@temporalio/client')
  try {
    const connection = await Connection.connect({ address: `127.0.0.1:${port}`, connectTimeout: 5000 })
    try {
      const { customAttributes } = await connection.withDeadline(Date.now() + 5000, () =>
        connection.operatorService.listSearchAttributes({ namespace: 'default' }),
      )
      const missing = searchAttributes.filter((name) => !(name in customAttributes))
      return missing.length === 0 ? undefined : `no search attribute ${missing.join(', ')}`
    } finally {
      await connection.close()
    }
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** TEMPORAL_* variables speak of other servers. */
function cleanEnv(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('TEMPORAL_')))
}
