/**
 * Lets in as many readers at a time as fit into a number of bytes, in the order in which they came; one alone however many it
 * needs. Reading a row group takes memory of which neither DuckDB's limit nor V8 knows: 300 columns of 122,880 rows 150 MB a thread.
 */
export class ReadGate {
  private inside = 0
  private insideBytes = 0
  private readonly waiting: { readonly bytes: number; readonly enter: () => void }[] = []

  constructor(private readonly totalBytes: number) {}

  /** Does `work` once there is room for `bytes`. @throws what it throws; the signal's reason where that comes first */
  async within<T>(bytes: number, work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    await this.enter(bytes, signal)
    try {
      return await work()
    } finally {
      this.inside -= 1
      this.insideBytes -= bytes
      this.letIn()
    }
  }

  private async enter(bytes: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    await new Promise<void>((resolve, reject) => {
      const giveUp = (): void => {
        this.waiting.splice(this.waiting.indexOf(one), 1)
        reject(signal.reason as Error)
        this.letIn()
      }
      const one = {
        bytes,
        enter: () => {
          signal.removeEventListener('abort', giveUp)
          resolve()
        },
      }
      signal.addEventListener('abort', giveUp)
      this.waiting.push(one)
      this.letIn()
    })
  }

  private letIn(): void {
    for (;;) {
      const [next] = this.waiting
      if (!next || (this.inside > 0 && this.insideBytes + next.bytes > this.totalBytes)) return
      this.waiting.shift()
      this.inside += 1
      this.insideBytes += next.bytes
      next.enter()
    }
  }
}
