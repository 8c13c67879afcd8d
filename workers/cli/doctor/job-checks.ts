import { readWebhook } from '../../../activities/alerts/webhook'
import type { Connections } from '../../../activities/data/postgres/connections'
import { translatePostgresError } from '../../../activities/data/postgres/postgres-error'
import type { JobFile, JobSnapshot } from '../../../schemas/job-file'
import { ok, warn, type Check } from './check'

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

/** One check for each webhook that jobs name: is it set, here at least? Nothing is sent. */
export function webhookChecks(environment: NodeJS.ProcessEnv, jobs: readonly JobSnapshot[]): Check[] {
  const webhooks = new Set(jobs.flatMap(({ alerts }) => (alerts === undefined ? [] : [alerts.webhook])))
  return [...webhooks].map((webhook) => ({
    name: 'alerts',
    run: () => {
      const names = jobs.filter(({ alerts }) => alerts?.webhook === webhook).map(({ name }) => name)
      const { secret } = readWebhook(environment, webhook)
      const set = `${webhook} is set; for ${names.join(', ')}`
      return secret === undefined
        ? warn(`${set}; not signed`, `Set ${webhook}_SECRET to a key that the receiver knows too.`)
        : ok(`${set}; signed`)
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
