import { hostname, userInfo } from 'node:os'
import type { Client } from '@temporalio/client'
import { Connections } from '../../activities/data/postgres/connections'
import { translatePostgresError } from '../../activities/data/postgres/postgres-error'
import { readConfig, requireDatabaseUrl, type Config } from '../config'
import { connectTemporal } from '../temporal-connection'
import type { CliIo } from './cli-io'
import { localEnvironment } from './local-environment'

/** What commands talk to; connections open when they are first used. */
export interface Session {
  readonly config: Config
  readonly connections: Connections
  readonly temporal: () => Promise<Client>
}

/**
 * Runs a command's work with the servers of the environment, or of a local stack here, and closes its connections.
 * @throws NightscoreError CONNECTION_NOT_SET without a database; errors of Postgres come out translated
 */
export async function withSession<T>(
  io: CliIo,
  work: (session: Session) => Promise<T>,
  environment: NodeJS.ProcessEnv = localEnvironment(io.environment, io.folder),
): Promise<T> {
  const config = readConfig(environment)
  const connections = new Connections({ controlUrl: requireDatabaseUrl(config), environment })
  let client: Promise<Client> | undefined
  const temporal = () => (client ??= connectTemporal(environment))
  try {
    return await work({ config, connections, temporal })
  } catch (error) {
    throw translatePostgresError(error, { connection: 'DATABASE_URL' })
  } finally {
    await connections.close()
    await client?.then(({ connection }) => connection.close()).catch(() => undefined)
  }
}

/** Who gives the command, as registry and job revisions record it: user@host. */
export function operator(): string {
  return `${userInfo().username}@${hostname()}`
}
