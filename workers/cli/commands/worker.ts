import { readConfig } from '../../config'
import { runWorker } from '../../worker'
import type { CliIo } from '../cli-io'
import { localEnvironment } from '../local-environment'
import { tell } from '../output'

/** `worker`: takes work until SIGTERM or Ctrl-C, then finishes its shards or hands them back. */
export async function worker(io: CliIo): Promise<void> {
  const config = readConfig(localEnvironment(io.environment, io.folder))
  await runWorker(config, () =>
    tell(
      io,
      `Worker ${process.pid} is ready: queue "${config.taskQueue}", ${config.threads} scoring threads. Ctrl-C stops it.`,
    ),
  )
  tell(io, 'Worker stopped.')
}
