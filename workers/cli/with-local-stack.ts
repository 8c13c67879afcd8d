import { Connections } from '../../activities/data/postgres/connections'
import { readConfig, requireDatabaseUrl, type Config } from '../config'
import { startLocalStack, type LocalStack } from '../local-stack'
import { freePort } from '../local-stack/ports'
import { createService } from '../service/create-service'
import { runWorker } from '../worker'
import type { CliIo } from './cli-io'
import { migrateTranslated } from './commands/migrate-database'
import { withStack } from './local-environment'
import { tell } from './output'

export interface LocalWorld {
  readonly stack: LocalStack
  readonly config: Config
  /** Aborted at Ctrl-C or SIGTERM. The worker hears it too and stops: nothing is to be started any more. */
  readonly interrupted: AbortSignal
  /** Resolves at an interruption, or when the worker ends by itself. */
  readonly ended: Promise<void>
}

/**
 * Starts the local stack of a folder, brings its database up to date, runs a worker in this process while `work` goes on,
 * and stops what it started: worker first, then servers, also after an error or Ctrl-C.
 * @param workerLog the worker's own log level, where the environment does not say
 */
export async function withLocalStack<T>(
  io: CliIo,
  root: string,
  workerLog: Config['logLevel'],
  work: (world: LocalWorld) => Promise<T>,
): Promise<T> {
  const interruption = new AbortController()
  const interrupted = interruption.signal
  // listening from the start: a signal before the worker listens must not end the process with servers left behind
  const release = io.onInterrupt(() => interruption.abort())
  try {
    const stack = await startLocalStack({ root, env: io.environment, report: (line) => tell(io, line) })
    try {
      const environment = withStack(
        { NIGHTSCORE_LOG_LEVEL: workerLog, ...io.environment },
        { root, databaseUrl: stack.databaseUrl, temporalAddress: stack.temporalAddress },
      )
      const applied = await migrateTranslated(stack.databaseUrl)
      if (applied.length > 0) tell(io, `Database: ${applied.length} migrations applied.`)
      return await besideService(io, environment, (withService) =>
        besideWorker(readConfig(withService), interrupted, (config, ended) =>
          work({ stack, config, interrupted, ended }),
        ),
      )
    } finally {
      await stack.stop()
    }
  } finally {
    release()
  }
}

/** Reports in the browser, at an address that the worker names in what it returns. */
async function besideService<T>(
  io: CliIo,
  environment: NodeJS.ProcessEnv,
  work: (environment: NodeJS.ProcessEnv) => Promise<T>,
): Promise<T> {
  const config = readConfig(environment)
  const connections = new Connections({ controlUrl: requireDatabaseUrl(config), environment })
  const service = createService(connections.control)
  try {
    const { host, port } = config.service
    const url = await service.listen({ host, port: await freePort(port) })
    tell(io, `Reports: at ${url}.`)
    return await work({ NIGHTSCORE_SERVICE_URL: url, ...environment })
  } finally {
    await service.close()
    await connections.close()
  }
}

async function besideWorker<T>(
  config: Config,
  interrupted: AbortSignal,
  work: (config: Config, ended: Promise<void>) => Promise<T>,
): Promise<T> {
  let stop: () => void = () => undefined
  let ready: () => void = () => undefined
  const polling = new Promise<void>((resolve) => (ready = resolve))
  const running = runWorker(config, (worker) => {
    stop = () => {
      // a signal reaches the worker too: then it is stopping already, and refuses to be told again
      if (worker.getState() === 'RUNNING') worker.shutdown()
    }
    ready()
  })
  try {
    await Promise.race([polling, running])
    return await work(config, Promise.race([aborted(interrupted), running]))
  } finally {
    stop()
    await running
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
