import type { Connection, Submittable } from 'pg'

/** What takes the payloads of CopyData messages: bytes [start, end), good until it returns. */
export type TakePayload = (bytes: Buffer, start: number, end: number) => void

const codes = { copyData: 0x64, copyDone: 0x63, error: 0x45 } as const
const headBytes = 5

type OnData = (bytes: Buffer) => void

/**
 * One COPY ... TO STDOUT, to be given to client.query: its data goes from the socket's buffers to `take` without a copy or an
 * object a row between (pg-copy-streams makes three of each), all other messages to pg. While `take` works nothing is
 * received, so a slow taker slows the server.
 */
export class CopyOut implements Submittable {
  /** Resolves when the connection is ready for more, rejects with the server's error or the socket's. */
  readonly done: Promise<void>
  private resolve: () => void = () => undefined
  private reject: (error: unknown) => void = () => undefined
  private connection: Connection | null = null
  private handOver: OnData = () => undefined
  /** The beginning of a message that is not whole yet. */
  private waiting: Buffer[] = []
  private waitingBytes = 0
  private neededBytes = headBytes
  private failure: { readonly error: unknown } | null = null

  /** @param onFailure called once where `take` throws: what still comes is thrown away, so end it */
  constructor(
    readonly text: string,
    private readonly take: TakePayload,
    private readonly onFailure: () => void,
  ) {
    this.done = new Promise((resolve, reject) => {
      this.resolve = resolve
      this.reject = reject
    })
    // awaited after the query is handed over
    this.done.catch(() => undefined)
  }

  submit(connection: Connection): void {
    const { stream } = connection
    const [handOver, ...more] = stream.listeners('data') as OnData[]
    if (!handOver || more.length > 0) throw new Error('a connection of pg with another listener than its own')
    this.connection = connection
    this.handOver = handOver
    stream.off('data', handOver)
    stream.on('data', this.onData)
    connection.query(this.text)
  }

  handleError(error: unknown): void {
    this.detach()
    this.reject(this.failure ? this.failure.error : error)
  }

  handleReadyForQuery(): void {
    if (this.failure) this.reject(this.failure.error)
    else this.resolve()
  }

  /** What pg tells of besides; it is in the messages that were handed over. */
  handleCommandComplete(): void {
    return
  }

  private readonly onData = (piece: Buffer): void => {
    let bytes = piece
    if (this.waitingBytes > 0) {
      this.waiting.push(piece)
      this.waitingBytes += piece.length
      // joined only once the message is whole: a row of 10 MB comes in many pieces
      if (this.waitingBytes < this.neededBytes) return
      bytes = Buffer.concat(this.waiting)
    }
    const at = this.takeMessages(bytes)
    this.waiting = at < bytes.length ? [bytes.subarray(at)] : []
    this.waitingBytes = bytes.length - at
  }

  /** Takes the whole messages; returns where the first begins that is not. */
  private takeMessages(bytes: Buffer): number {
    let at = 0
    while (bytes.length - at >= headBytes) {
      const code = bytes[at]!
      const end = at + 1 + bytes.readUInt32BE(at + 1)
      if (code === codes.copyDone || code === codes.error) {
        this.detach()
        this.handOver(bytes.subarray(at))
        return bytes.length
      }
      if (end > bytes.length) {
        this.neededBytes = end - at
        return at
      }
      if (code === codes.copyData) this.takeData(bytes, at + headBytes, end)
      else this.handOver(bytes.subarray(at, end))
      at = end
    }
    this.neededBytes = headBytes
    return at
  }

  private takeData(bytes: Buffer, start: number, end: number): void {
    if (this.failure) return
    try {
      this.take(bytes, start, end)
    } catch (error) {
      this.failure = { error }
      this.onFailure()
    }
  }

  private detach(): void {
    const stream = this.connection?.stream
    this.connection = null
    stream?.off('data', this.onData)
    stream?.on('data', this.handOver)
  }
}
