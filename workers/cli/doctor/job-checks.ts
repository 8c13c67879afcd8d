import type { Connections } from '../../../activities/data/postgres/connections'
import { translatePostgresError } from '../../../activities/data/postgres/postgres-error'
import type { JobFile, JobSnapshot } from '../../../schemas/job-file'
import { ok, type Check } from './check'

/** One check for each connection that jobs name: is it set, does it answer? */
export function connectionChecks(connections: Connections, jobs: readonly JobSnapshot[]): Check[] {
  const users = new Map<string, string[]>()
  for (const job of jobs)
    for (const connection of namedConnections(job))
      users.set(connection, [...(users.get(connection) ?? []), job.name])
  return [...users].map(([connection, names]) => ({
    name: `connection ${connection}`,
    run: async () => {
      try {
        await connections.named(connection).query('SELECT 1')
      } catch (error) {
        throw translatePostgresError(error, { connection })
      }
      return ok(`answers; for ${names.join(', ')}`)
    },
  }))
}

/** The connections that a job names, each once. */
export function namedConnections({ source, sink, labels }: JobFile): string[] {
  const named = [
    'postgres' in source ? source.postgres.connection : undefined,
    typeof sink.postgres === 'object' ? sink.postgres.connection : undefined,
    labels?.postgres?.connection,
  ]
  return [...new Set(named.filter((name) => name !== undefined))]
}
