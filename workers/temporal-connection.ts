import { Client, Connection, type ConnectionOptions } from '@temporalio/client'
import { loadClientConnectConfig } from '@temporalio/envconfig'
import type { NativeConnection, NativeConnectionOptions } from '@temporalio/worker'
import { NightscoreError } from '../schemas/errors'

/**
 * Where Temporal is and how to log in, by `@temporalio/envconfig`: TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY,
 * TEMPORAL_TLS, TEMPORAL_TLS_CLIENT_CERT_PATH, …, or a profile of temporal.toml.
 */
function temporalSettings(environment: NodeJS.ProcessEnv) {
  const overrideEnvVars = Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
  const { connectionOptions, namespace } = loadClientConnectConfig({ overrideEnvVars })
  return {
    connectionOptions: { address: 'localhost:7233', ...connectionOptions },
    namespace: namespace ?? 'default',
  }
}

/** A client for programs. @throws NightscoreError TEMPORAL_UNREACHABLE with the address and the server's own words */
export async function connectTemporal(environment: NodeJS.ProcessEnv): Promise<Client> {
  const { connectionOptions, namespace } = temporalSettings(environment)
  const connection = await reaching(connectionOptions.address, () =>
    Connection.connect({ ...(connectionOptions as ConnectionOptions), connectTimeout: '10s' }),
  )
  return new Client({ connection, namespace })
}

/** A connection for a worker, and its namespace. @throws as connectTemporal */
export async function connectTemporalWorker(
  environment: NodeJS.ProcessEnv,
): Promise<{ connection: NativeConnection; namespace: string }> {
  const { connectionOptions, namespace } = temporalSettings(environment)
  const { NativeConnection } = await import('@temporalio/worker') // commands need none of it, and loading takes 0.2 s
  const connection = await reaching(connectionOptions.address, () =>
    NativeConnection.connect(connectionOptions as NativeConnectionOptions),
  )
  return { connection, namespace }
}

async function reaching<T>(address: string, connect: () => Promise<T>): Promise<T> {
  try {
    return await connect()
  } catch (cause) {
    throw new NightscoreError('TEMPORAL_UNREACHABLE', {
      found: `no connection to ${address} (${cause instanceof Error ? cause.message : String(cause)})`,
      expected: 'a Temporal server at TEMPORAL_ADDRESS, with the TLS settings and API key that it asks for',
      cause,
    })
  }
}
