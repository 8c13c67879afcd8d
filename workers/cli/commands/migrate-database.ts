import { translatePostgresError } from '../../../activities/data/postgres/postgres-error'
import { readConfig, requireDatabaseUrl } from '../../config'
import { migrate } from '../../migrate'
import type { CliIo } from '../cli-io'
import { localEnvironment } from '../local-environment'
import { printOutcome } from '../output'

/** `migrate`: the migrations that DATABASE_URL lacks, each in a transaction of its own. */
export async function migrateDatabase(io: CliIo, { json }: { readonly json?: true }): Promise<void> {
  const databaseUrl = requireDatabaseUrl(readConfig(localEnvironment(io.environment, io.folder)))
  const applied = await migrateTranslated(databaseUrl)
  const lines =
    applied.length === 0 ? ['The database is up to date.'] : applied.map((name) => `Applied ${name}.`)
  printOutcome(io, json, { applied }, lines)
}

/** migrate(), with Postgres's errors told as ours. */
export async function migrateTranslated(databaseUrl: string): Promise<string[]> {
  try {
    return await migrate(databaseUrl)
  } catch (error) {
    throw translatePostgresError(error, { connection: 'DATABASE_URL' })
  }
}
