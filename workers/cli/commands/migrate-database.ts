import { translatePostgresError } from '../../../activities/data/postgres/postgres-error'
import { readConfig, requireDatabaseUrl } from '../../config'
import { migrate } from '../../migrate'
import { registerSearchAttributes } from '../../search-attributes'
import { ensureMaintenance } from '../../schedules/ensure-maintenance'
import { connectTemporal } from '../../temporal-connection'
import type { CliIo } from '../cli-io'
import { localEnvironment, namesTemporal } from '../local-environment'
import { printOutcome } from '../output'

/**
 * `migrate`: the migrations that DATABASE_URL lacks, each in a transaction of its own; then the search attributes that Temporal lacks,
 * and the weekly maintenance, where the environment says which Temporal.
 */
export async function migrateDatabase(io: CliIo, { json }: { readonly json?: true }): Promise<void> {
  const environment = localEnvironment(io.environment, io.folder)
  const databaseUrl = requireDatabaseUrl(readConfig(environment))
  const applied = await migrateTranslated(databaseUrl)
  if (applied.length > 0 && json !== true)
    printOutcome(
      io,
      false,
      null,
      applied.map((name) => `Applied ${name}.`),
    )
  const registered = namesTemporal(environment) ? await prepareTemporal(environment) : []
  const lines = [
    ...(applied.length === 0 ? ['The database is up to date.'] : []),
    ...(registered.length === 0 ? [] : [`Registered the search attributes ${registered.join(', ')}.`]),
  ]
  printOutcome(io, json, { applied, searchAttributes: registered }, lines)
}

async function prepareTemporal(environment: NodeJS.ProcessEnv): Promise<string[]> {
  const client = await connectTemporal(environment)
  try {
    const registered = await registerSearchAttributes(client)
    await ensureMaintenance(client, readConfig(environment).taskQueue)
    return registered
  } finally {
    await client.connection.close()
  }
}

/** migrate(), with Postgres's errors told as ours. */
export async function migrateTranslated(databaseUrl: string): Promise<string[]> {
  try {
    return await migrate(databaseUrl)
  } catch (error) {
    throw translatePostgresError(error, { connection: 'DATABASE_URL' })
  }
}
