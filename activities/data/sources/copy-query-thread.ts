import type { MessagePort } from 'node:worker_threads'
import { toThreadError, type ThreadError } from '../../scoring/thread-messages'
import { Connections } from '../postgres/connections'
import { copyQuery, type CopiedQuery, type CopyQuery } from './copy-query'

/** What the thread gets: the query, the URL of its database, and a channel: rows so far go out, `stop` comes in. */
export interface CopyQueryTask {
  readonly task: CopyQuery
  readonly url: string
  readonly port: MessagePort
}

export type CopyQueryOutcome =
  | { readonly kind: 'done'; readonly copied: CopiedQuery }
  | { readonly kind: 'failed'; readonly error: ThreadError }

/** What a thread of its own runs, compiled. Never throws. */
export default async function copyQueryThread({ task, url, port }: CopyQueryTask): Promise<CopyQueryOutcome> {
  const connections = new Connections({ controlUrl: url, environment: {} })
  const stop = new AbortController()
  port.on('message', () => stop.abort())
  try {
    const tell = (rows: number): void => port.postMessage(rows)
    return { kind: 'done', copied: await copyQuery(task, connections, tell, stop.signal) }
  } catch (error) {
    return { kind: 'failed', error: toThreadError(error) }
  } finally {
    port.close()
    await connections.close()
  }
}
