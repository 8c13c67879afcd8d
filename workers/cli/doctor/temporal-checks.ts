import { Connection, type Client } from '@temporalio/client'
import { searchAttributes } from '../../local-stack'
import { missingSearchAttributes } from '../../search-attributes'
import { fail, ok, warn, type Check, type Finding } from './check'

/** A worker's long poll lasts a minute: one that polls was seen within this time, in milliseconds. */
const pollerSeenMs = 90_000

/** Temporal: reachable, namespace, search attributes, and whether a worker polls the task queue. */
export function temporalChecks(client: Client, taskQueue: string): Check[] {
  return [
    { name: 'Temporal', run: () => server(client) },
    { name: 'namespace', run: () => namespace(client) },
    { name: 'search attributes', run: () => attributes(client) },
    { name: 'workers', run: () => pollers(client, taskQueue) },
  ]
}

async function server(client: Client): Promise<Finding> {
  const { serverVersion } = await client.workflowService.getSystemInfo({})
  const at = client.connection instanceof Connection ? client.connection.options.address : 'reached'
  return ok(`${at}, version ${serverVersion}`)
}

async function namespace(client: Client): Promise<Finding> {
  const { namespace } = client.options
  try {
    await client.workflowService.describeNamespace({ namespace })
    return ok(namespace)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return fail(
      `${namespace}: ${message}`,
      `Set TEMPORAL_NAMESPACE, or: temporal operator namespace create -n ${namespace}`,
    )
  }
}

async function attributes(client: Client): Promise<Finding> {
  const { namespace } = client.options
  const missing = await missingSearchAttributes(client)
  return missing.length === 0
    ? ok(searchAttributes.join(', '))
    : fail(
        `no ${missing.join(', ')}`,
        `Run nightscore migrate, or: temporal operator search-attribute create -n ${namespace} ${missing.map((name) => `--name ${name} --type Keyword`).join(' ')}`,
      )
}

async function pollers(client: Client, taskQueue: string): Promise<Finding> {
  const { namespace } = client.options
  const described = await client.workflowService.describeTaskQueue({
    namespace,
    taskQueue: { name: taskQueue },
  })
  const polling = described.pollers.filter(
    ({ lastAccessTime }) => Date.now() - Number(lastAccessTime?.seconds ?? 0) * 1_000 < pollerSeenMs,
  )
  return polling.length > 0
    ? ok(`${polling.length} polling the queue "${taskQueue}"`)
    : warn(`none polls the queue "${taskQueue}"`, 'Start one: nightscore worker (or nightscore up).')
}
