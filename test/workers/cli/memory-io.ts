import { Readable, Writable } from 'node:stream'
import type { CliIo } from '../../../workers/cli/cli-io'

export interface MemoryIo extends CliIo {
  out(): string
  err(): string
  interrupt(): void
}

/** A CliIo whose output can be read; its environment is empty unless told otherwise. */
export function memoryIo({
  environment = {},
  folder = __dirname,
  input = '',
  isTTY = false,
}: { environment?: NodeJS.ProcessEnv; folder?: string; input?: string; isTTY?: boolean } = {}): MemoryIo {
  let [out, err] = ['', '']
  const handlers = new Set<() => void>()
  const stream = (hear: (text: string) => void) =>
    Object.assign(new Writable({ write: (chunk, _encoding, done) => (hear(String(chunk)), done()) }), {
      isTTY,
      columns: 100,
    })
  return {
    environment,
    folder,
    stdin: Readable.from([input]),
    stdout: stream((text) => (out += text)),
    stderr: stream((text) => (err += text)),
    onInterrupt: (handler) => {
      handlers.add(handler)
      return () => handlers.delete(handler)
    },
    out: () => out,
    err: () => err,
    interrupt: () => handlers.forEach((handler) => handler()),
  }
}
