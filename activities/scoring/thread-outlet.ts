import type { MessagePort } from 'node:worker_threads'
import type { QuarantinedRow } from '../../schemas/run'
import type { ShardOutlet } from './run-shard-task'
import type { FromThread, ToThread } from './thread-messages'

/** Messages on their way at a time: enough that the thread rarely waits, and few megabytes for a slow database. */
const windowSize = 4
/** Bytes of one message: the main thread takes one in well under a millisecond. */
const messageBytes = 1 << 20
/** Rows of one message: a thousand cost the main thread some 3 ms. */
const messageRows = 500

/** A thread's end of the channel to the main thread: what is sent waits while four messages are not taken yet. */
export class ThreadOutlet implements ShardOutlet {
  private readonly stopping = new AbortController()
  private onTheirWay = 0
  private wake: () => void = () => undefined

  constructor(private readonly port: MessagePort) {
    port.on('message', (message: ToThread) => {
      if (message === 'taken') this.onTheirWay -= 1
      else this.stopping.abort()
      this.wake()
    })
  }

  get signal(): AbortSignal {
    return this.stopping.signal
  }

  async copy(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    if (bytes.byteLength <= messageBytes) return this.post({ copy: bytes }, bytes.buffer)
    for (let at = 0; at < bytes.byteLength; at += messageBytes) {
      const part = bytes.slice(at, at + messageBytes)
      await this.post({ copy: part }, part.buffer)
    }
  }

  async quarantine(rows: readonly QuarantinedRow[]): Promise<void> {
    for (let at = 0; at < rows.length; at += messageRows)
      await this.post({ quarantined: rows.slice(at, at + messageRows) })
  }

  async drained(): Promise<void> {
    await this.until(() => this.onTheirWay === 0)
  }

  private async post(message: FromThread, buffer?: ArrayBuffer): Promise<void> {
    await this.until(() => this.onTheirWay < windowSize)
    this.onTheirWay += 1
    this.port.postMessage(message, buffer ? [buffer] : [])
  }

  private async until(condition: () => boolean): Promise<void> {
    this.signal.throwIfAborted()
    while (!condition()) {
      await new Promise<void>((resolve) => (this.wake = resolve))
      this.signal.throwIfAborted()
    }
  }
}
