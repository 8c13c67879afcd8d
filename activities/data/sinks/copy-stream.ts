import type { ClientBase } from 'pg'
import { from as copyFrom, type CopyStreamQuery } from 'pg-copy-streams'
import { copyHeader, copyTrailer } from './copy-encoder'

/** Bytes of one message to Postgres: larger ones only cost memory on both sides. */
const messageBytes = 1 << 20

/**
 * One binary COPY ... FROM STDIN. One write at a time: pg-copy-streams keeps what it cannot send yet, and trips over it
 * when the server ends the COPY meanwhile.
 */
export class CopyStream {
  private readonly stream: CopyStreamQuery
  private readonly failed: Promise<never>
  private fail: (error: Error) => void = () => undefined
  private started = false

  constructor(client: ClientBase, sql: string) {
    this.stream = client.query(copyFrom(sql))
    this.failed = new Promise((_, reject) => (this.fail = reject))
    // awaited by whichever call comes next; a failure between two calls must not end the process
    this.failed.catch(() => undefined)
    this.stream.on('error', (error) => this.fail(error))
  }

  /** Sends tuples (any cut of them); resolves when the socket takes more. Rejects with the server's error. */
  async write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; at += messageBytes) {
      const part = bytes.subarray(at, at + messageBytes)
      await this.send(this.started ? part : Buffer.concat([copyHeader, part]))
      this.started = true
    }
  }

  /** Ends the COPY; resolves to the number of rows that Postgres took. */
  async finish(): Promise<number> {
    const finished = new Promise<void>((resolve) => this.stream.once('finish', resolve))
    this.stream.end(this.started ? copyTrailer : Buffer.concat([copyHeader, copyTrailer]))
    await Promise.race([finished, this.failed])
    return this.stream.rowCount
  }

  /** Makes a write that waits for the socket give up: the connection is about to be destroyed. */
  abandon(): void {
    this.fail(new Error('the COPY was abandoned'))
  }

  private async send(part: Uint8Array): Promise<void> {
    const sent = new Promise<void>((resolve, reject) =>
      this.stream.write(part, (error) => (error ? reject(error) : resolve())),
    )
    await Promise.race([sent, this.failed])
  }
}
