import net from 'node:net'
import { answersAt, freePort } from '../../../workers/local-stack/ports'

function listen(): Promise<{ server: net.Server; port: number }> {
  return new Promise((resolve) => {
    const server = net.createServer()
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve({ server, port: typeof address === 'object' && address !== null ? address.port : 0 })
    })
  })
}

describe('freePort', () => {
  test('gives the preferred port while nobody listens on it', async () => {
    const { server, port } = await listen()
    await new Promise((resolve) => server.close(resolve))
    expect(await freePort(port)).toBe(port)
  })

  test('gives another one when somebody does', async () => {
    const { server, port } = await listen()
    try {
      expect(await answersAt(port)).toBe(true)
      expect(await freePort(port)).not.toBe(port)
    } finally {
      server.close()
    }
  })

  test('never gives one that was given out a moment ago', async () => {
    const port = await freePort()
    expect(await freePort(port, port)).not.toBe(port)
  })
})
