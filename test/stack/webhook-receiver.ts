import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { AlertPayload } from '../../schemas/alert'
import { whenFileEnds } from './clean-up'

export interface Received {
  readonly headers: IncomingHttpHeaders
  readonly body: string
  readonly payload: AlertPayload
}

export interface WebhookReceiver {
  readonly url: string
  readonly received: Received[]
  /** The messages about a batch. */
  about(batch: string): Received[]
  /** What the next messages are answered with, in order; after them 200. A function is called first. */
  answers: (number | (() => Promise<number>))[]
}

/** A server on this machine that takes alerts; stopped when the file ends. */
export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const received: Received[] = []
  const answers: WebhookReceiver['answers'] = []
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (text: string) => (body += text))
    request.on('end', () => {
      received.push({ headers: request.headers, body, payload: JSON.parse(body) as AlertPayload })
      const next = answers.shift() ?? 200
      void Promise.resolve(typeof next === 'number' ? next : next()).then((status) => {
        response.writeHead(status, status === 429 ? { 'retry-after': '1' } : {}).end()
      })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  whenFileEnds(() => {
    server.closeAllConnections()
    server.close()
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    about: (batch) => received.filter(({ payload }) => payload.batch === batch),
    answers,
  }
}
