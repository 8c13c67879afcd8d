import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from '@temporalio/client'
import { NightscoreError } from '../schemas/errors'
import { searchAttributes } from './local-stack'

/** temporal.api.enums.v1.IndexedValueType: KEYWORD */
const keyword = 2
/** The server's own caches take up to ten seconds to learn of a new namespace or attribute, in milliseconds. */
const knownWithinMs = 30_000

/** Those of Nightscore's search attributes that the client's namespace lacks, or has as another type than Keyword. */
export async function missingSearchAttributes({
  connection,
  options: { namespace },
}: Client): Promise<string[]> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace })
  return searchAttributes.filter((name) => Number(customAttributes[name]) !== keyword)
}

/**
 * A worker does not start where they are missing: the server would refuse each step of each run, without an end.
 * @throws NightscoreError TEMPORAL_REFUSED
 */
export async function requireSearchAttributes(client: Client): Promise<void> {
  const { namespace } = client.options
  const missing = await missingSearchAttributes(client).catch(() => []) // who may not look may still be served
  if (missing.length > 0)
    throw new NightscoreError('TEMPORAL_REFUSED', {
      found: `no search attribute ${missing.join(', ')} in namespace ${namespace}`,
      expected: `all of ${searchAttributes.join(', ')}, of type Keyword`,
      fix: 'Register them: nightscore migrate.',
    })
}

/**
 * Registers the search attributes that the client's namespace lacks: without them the server takes no step of a run.
 * @returns the names of those registered now
 * @throws NightscoreError TEMPORAL_REFUSED where the server does not do it: no such namespace, no permission, another type
 */
export async function registerSearchAttributes(client: Client): Promise<string[]> {
  const { namespace } = client.options
  try {
    const missing = await missingSearchAttributes(client)
    if (missing.length === 0) return []
    await client.connection.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(missing.map((name) => [name, keyword])),
    })
    for (const until = Date.now() + knownWithinMs; Date.now() < until; await sleep(200))
      if ((await missingSearchAttributes(client)).length === 0) return missing
    throw new Error(`${missing.join(', ')} registered, and not listed ${knownWithinMs / 1_000} s later`)
  } catch (cause) {
    throw new NightscoreError('TEMPORAL_REFUSED', {
      found: cause instanceof Error ? cause.message : String(cause),
      expected: `namespace ${namespace} with the search attributes ${searchAttributes.join(', ')} of type Keyword`,
      fix: `Make the namespace (temporal operator namespace create -n ${namespace}), or have the attributes registered by somebody who may.`,
      cause,
    })
  }
}
