import net from 'node:net'

/**
 * @param preferred the port to take when it is free; undefined: any
 * @param taken given out a moment ago: its server does not listen yet
 * @returns a port of 127.0.0.1 on which nobody listens now
 */
export async function freePort(preferred?: number, taken?: number): Promise<number> {
  if (preferred !== undefined && preferred !== taken && (await isFree(preferred))) return preferred
  for (;;) {
    const port = await anyPort()
    if (port !== taken) return port
  }
}

/** @returns true when something accepts connections there. */
export function answersAt(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ host: '127.0.0.1', port, timeout: 1000 })
    const done = (answer: boolean): void => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('connect', () => done(true))
    socket.once('timeout', () => done(false))
    socket.once('error', () => done(false))
  })
}

/** Binding alone does not tell: on macOS 127.0.0.1 can be bound beside a listener on all addresses. */
async function isFree(port: number): Promise<boolean> {
  return !(await answersAt(port)) && (await bind(port)) !== undefined
}

async function anyPort(): Promise<number> {
  const port = await bind(0)
  if (port === undefined) throw new Error('the system gave no free port of 127.0.0.1')
  return port
}

function bind(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = net.createServer()
    server.once('error', () => resolve(undefined))
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : undefined))
    })
  })
}
