import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { ThreadOutlet } from '../../../activities/scoring/thread-outlet'
import type { FromThread } from '../../../activities/scoring/thread-messages'
import type { QuarantinedRow } from '../../../schemas/run'

const ports: MessagePort[] = []
afterEach(() => ports.splice(0).forEach((port) => port.close()))

/** An outlet and what arrives at the other end, which says `taken` only when told. */
function open() {
  const { port1, port2 } = new MessageChannel()
  ports.push(port1, port2)
  const arrived: FromThread[] = []
  port1.on('message', (message: FromThread) => arrived.push(message))
  return {
    outlet: new ThreadOutlet(port2),
    arrived,
    say: (word: 'taken' | 'stop') => port1.postMessage(word),
  }
}

/** Long enough for messages to arrive on both sides. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 20))

test('bytes are cut into messages of at most 1 MB, in order', async () => {
  const { outlet, arrived } = open()
  const bytes = Uint8Array.from({ length: 2_500_000 }, (_, i) => i % 251)
  const expected = Buffer.from(bytes)
  await outlet.copy(bytes)
  await settled()
  const parts = arrived.map((message) => ('copy' in message ? message.copy : new Uint8Array()))
  expect(parts.map((part) => part.byteLength)).toEqual([1 << 20, 1 << 20, 2_500_000 - (2 << 20)])
  expect(Buffer.concat(parts).equals(expected)).toBe(true)
})

test('four messages may be on their way; the fifth waits until one is taken', async () => {
  const { outlet, arrived, say } = open()
  let sent = 0
  const sending = (async () => {
    for (; sent < 6; sent += 1) await outlet.copy(new Uint8Array(10))
  })()
  await settled()
  expect([sent, arrived.length]).toEqual([4, 4])
  say('taken')
  await settled()
  expect([sent, arrived.length]).toEqual([5, 5])
  say('taken')
  await sending
})

test('it is drained when all is taken', async () => {
  const { outlet, say } = open()
  let drained = false
  await outlet.copy(new Uint8Array(10))
  const draining = outlet.drained().then(() => (drained = true))
  await settled()
  expect(drained).toBe(false)
  say('taken')
  await draining
})

test('stop ends the waiting, and all that would be sent after', async () => {
  const { outlet, say } = open()
  await outlet.copy(new Uint8Array(10))
  const draining = outlet.drained()
  say('stop')
  await expect(draining).rejects.toThrow('aborted')
  expect(outlet.signal.aborted).toBe(true)
  await expect(outlet.copy(new Uint8Array(10))).rejects.toThrow('aborted')
})

test('quarantined rows go in messages of 500', async () => {
  const { outlet, arrived } = open()
  const row: QuarantinedRow = {
    rowNumber: 1,
    key: [],
    column: 'a',
    reason: 'MISSING',
    detail: 'null',
    raw: null,
  }
  await outlet.quarantine(new Array<QuarantinedRow>(1_100).fill(row))
  await settled()
  expect(arrived.map((message) => ('quarantined' in message ? message.quarantined.length : 0))).toEqual([
    500, 500, 100,
  ])
})
