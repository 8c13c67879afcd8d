import type { Config } from '../../config'
import { ensureMaintenance } from '../../schedules/ensure-maintenance'
import { connectTemporal } from '../../temporal-connection'
import type { CliIo } from '../cli-io'
import { sqlCommand, stackRoot } from '../local-environment'
import { tell } from '../output'
import { withLocalStack } from '../with-local-stack'

/** `up`: Postgres, Temporal and a worker on this machine, until Ctrl-C. Their data stays in .nightscore/ for the next start. */
export async function up(io: CliIo): Promise<void> {
  const root = stackRoot(io.folder) ?? io.folder
  await withLocalStack(io, root, 'warn', async ({ stack, config, ended }) => {
    tell(io, '')
    if (stack.temporalUiUrl !== undefined) tell(io, `Temporal UI  ${stack.temporalUiUrl}`)
    tell(io, `SQL          ${sqlCommand(io.environment, stack.databaseUrl)}`)
    await scheduleMaintenance(config)
    tell(
      io,
      `Worker       takes work from the queue "${config.taskQueue}", ${config.threads} scoring threads`,
    )
    tell(
      io,
      `Commands started in ${root} use these servers by themselves. Ctrl-C stops them; their data stays.`,
    )
    await ended
  })
}

async function scheduleMaintenance({ environment, taskQueue }: Config): Promise<void> {
  const client = await connectTemporal(environment)
  try {
    await ensureMaintenance(client, taskQueue)
  } finally {
    await client.connection.close()
  }
}
