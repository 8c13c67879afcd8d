import fs from 'node:fs'
import { loadClientConfigProfile } from '@temporalio/envconfig'
import { guardExit } from './exit-guard'
import { stackFolders } from './folders'
import { postgresLauncher, postgresUrl } from './postgres'
import { createServerSet } from './server-set'
import { withStartLock } from './start-lock'
import { temporalLauncher } from './temporal'

export { searchAttributes } from './temporal'

export interface LocalStackOptions {
  /** The project's folder; all data goes to its `.nightscore/`. */
  readonly root: string
  /** Default: process.env. DATABASE_URL and TEMPORAL_ADDRESS (or a Temporal profile with an address) name servers that run already. */
  readonly env?: NodeJS.ProcessEnv
  /** Takes a line for people: what is started, on which port, with which data. Default: nobody is told. */
  readonly report?: (line: string) => void
  /** `default`: 5432, 7233 and 8233 where they are free; `any`: free ones from the start. */
  readonly ports?: 'default' | 'any'
  /** Where the Temporal binary is cached. Default: `<root>/.nightscore/bin`. */
  readonly binFolder?: string
  /** Keep stopping the servers at SIGINT, SIGTERM and SIGHUP once they run. Default: only while starting; then the caller does. */
  readonly stopOnSignal?: boolean
}

export interface LocalStack {
  readonly databaseUrl: string
  readonly temporalAddress: string
  /** undefined for a Temporal that runs elsewhere: its UI is not known. */
  readonly temporalUiUrl: string | undefined
  /** Stops what this call started, or took over from a process that was killed; nothing else. Safe to call again. */
  stop(): Promise<void>
}

/** A signal came before the servers answered; those that were started are stopped. */
export class StartInterrupted extends Error {
  constructor() {
    super('Interrupted while the servers were starting; they are stopped.')
    this.name = 'StartInterrupted'
  }
}

/**
 * Postgres and Temporal for this machine: those named by the environment, those of this folder that run already, else new
 * ones with the data of the last time. They are servers of their own processes: they outlive a kill -9 of this one, and
 * the next call takes them over.
 * @throws NightscoreError saying what was found, what was expected and the ways out, or StartInterrupted; then nothing is left running
 */
export async function startLocalStack(options: LocalStackOptions): Promise<LocalStack> {
  const env = options.env ?? process.env
  const report = options.report ?? (() => undefined)
  const folders = stackFolders(options.root, options.binFolder)
  const databaseUrl = env['DATABASE_URL'] || undefined
  const temporalAddress = loadClientConfigProfile({ overrideEnvVars: definedOnly(env) }).address
  if (databaseUrl !== undefined) report('Postgres: the one that DATABASE_URL names.')
  if (temporalAddress !== undefined)
    report(`Temporal: the one at ${temporalAddress}, as the environment says.`)
  if (databaseUrl !== undefined && temporalAddress !== undefined)
    return { databaseUrl, temporalAddress, temporalUiUrl: undefined, stop: () => Promise.resolve() }

  fs.mkdirSync(folders.home, { recursive: true })
  const servers = createServerSet(folders, options.ports !== 'any', report)
  const locked = <T>(work: () => Promise<T>): Promise<T> => withStartLock(folders.lockFile, report, work)
  let starting = true
  let stopped: Promise<void> | undefined
  const stop = (): Promise<void> => {
    stopped ??= (starting ? servers.stopAll() : locked(servers.stopAll)).finally(() => guard.end()) // starting: the lock is ours
    return stopped
  }
  const guard = guardExit(stop, servers.signalAll, report)
  try {
    return await locked(async () => {
      const wanted = await Promise.allSettled([
        databaseUrl ??
          servers.ensure(postgresLauncher(folders)).then(({ port }) => postgresUrl(folders, port)),
        temporalAddress === undefined ? servers.ensure(temporalLauncher(folders, env)) : undefined,
      ])
      const [postgres, temporal] = wanted
      if (postgres.status === 'fulfilled' && temporal.status === 'fulfilled' && stopped === undefined)
        return {
          databaseUrl: postgres.value,
          temporalAddress: temporalAddress ?? `127.0.0.1:${temporal.value?.port ?? 0}`,
          temporalUiUrl:
            temporal.value?.uiPort === undefined ? undefined : `http://127.0.0.1:${temporal.value.uiPort}`,
          stop,
        }
      const interrupted = stopped !== undefined
      await stop()
      await servers.stopAll() // one that was born while the others were being stopped
      if (interrupted) throw new StartInterrupted()
      throw wanted.find((one) => one.status === 'rejected')?.reason
    })
  } finally {
    starting = false
    if (options.stopOnSignal !== true) guard.ignoreSignals()
  }
}

function definedOnly(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}
