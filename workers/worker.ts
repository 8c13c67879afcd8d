import { existsSync } from 'node:fs'
import path from 'node:path'
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker'
import pino from 'pino'
import { createActivities } from '../activities'
import { NightscoreError } from '../schemas/errors'
import { ActivitySlots } from './activity-slots'
import type { Config } from './config'
import { createDeps } from './deps'
import { loggedError } from './logged-error'
import { giveSignOfLife } from './sign-of-life'
import { requireSearchAttributes } from './search-attributes'
import { connectTemporal, connectTemporalWorker } from './temporal-connection'

/** The workflows' code, bundled once by the build. */
const workflowBundle = path.resolve(__dirname, '..', 'workflow-bundle.js')

/**
 * Runs a worker until SIGTERM or SIGINT: then it takes no more work, lets its shards finish for `shutdownGraceMs`, and
 * hands back those that have not.
 * @param onReady called once it polls
 */
export async function runWorker(
  config: Config,
  onReady: (worker: Worker) => void = () => undefined,
): Promise<void> {
  if (!existsSync(workflowBundle))
    throw new NightscoreError('NOT_BUILT', {
      found: `no ${workflowBundle}`,
      expected: 'the bundled workflows',
    })
  const slots = new ActivitySlots(config.threads, config.activitySlots)
  installLogger(config.logLevel)
  const client = await connectTemporal(config.environment)
  await requireSearchAttributes(client).catch(async (error: unknown) => {
    await client.connection.close()
    throw error
  })
  const { connection, namespace } = await connectTemporalWorker(config.environment)
  const { deps, close } = createDeps(config, client, {
    warm: true,
    onScored: (ms) => slots.took(ms),
  })
  let endSigns = (): void => undefined
  try {
    endSigns = giveSignOfLife(config.healthFile)
    const worker = await Worker.create({
      connection,
      namespace,
      taskQueue: config.taskQueue,
      workflowBundle: { codePath: workflowBundle },
      activities: createActivities(deps),
      identity: deps.workerName,
      tuner: {
        activityTaskSlotSupplier: slots,
        workflowTaskSlotSupplier: { type: 'fixed-size', numSlots: 40 },
        localActivityTaskSlotSupplier: { type: 'fixed-size', numSlots: 1 },
        nexusTaskSlotSupplier: { type: 'fixed-size', numSlots: 1 },
      },
      // else the SDK holds heartbeats back for 24 of the 30 s that they may be missing, and a cancellation, which comes with them
      maxHeartbeatThrottleInterval: '5s',
      shutdownGraceTime: config.shutdownGraceMs,
      // after the grace time activities are cancelled; those that do not stop within this are left to their heartbeat timeout
      shutdownForceTime: config.shutdownGraceMs + 15_000,
    })
    const running = worker.run()
    onReady(worker)
    await running
  } finally {
    endSigns()
    await close()
    await connection.close()
    await client.connection.close()
  }
}

/** The SDK's log goes through pino, as JSON lines on standard error; the Runtime stops the worker on SIGTERM and SIGINT. */
function installLogger(level: Config['logLevel']): void {
  const log = pino(
    {
      level,
      name: 'nightscore',
      redact: { paths: ['*.password', 'taskToken'], remove: true },
      serializers: { error: loggedError },
    },
    pino.destination(2),
  )
  const levels = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const
  const sdkLevel = level.toUpperCase() as keyof typeof levels
  Runtime.install({
    logger: new DefaultLogger(sdkLevel, ({ level: sdk, message, meta }) =>
      log[levels[sdk]](meta ?? {}, message),
    ),
    shutdownSignals: ['SIGTERM', 'SIGINT'],
  })
}
