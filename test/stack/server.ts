import path from 'node:path'
import { startLocalStack } from '../../workers/local-stack'
import { removeStack } from './remove-stack'

/**
 * The servers of one integration run, in a process of their own: `node dist/test/stack/server.js FOLDER BIN-FOLDER`.
 * Tells the addresses to its parent, then waits for the parent to let go or to die, stops all and leaves nothing behind.
 */
async function serve(root: string, binFolder: string): Promise<void> {
  const parentGone = new Promise<void>((resolve) => process.once('disconnect', resolve))
  const tell = (what: object): void => {
    if (process.connected) process.send?.(what)
  }
  // ports: any, and an environment that names no servers: the tests never touch what a person runs
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'] }
  try {
    const stack = await startLocalStack({
      root,
      binFolder,
      ports: 'any',
      env,
      report: (line) => tell({ line }),
    })
    tell({ databaseUrl: stack.databaseUrl, temporalAddress: stack.temporalAddress })
    await parentGone
    await stack.stop()
  } catch (error) {
    tell({ failure: error instanceof Error ? error.message : String(error) })
    process.exitCode = 1
  } finally {
    await removeStack(root)
    if (process.connected) process.disconnect()
  }
}

// the terminal's Ctrl-C reaches this process too: Jest's end, not the signal, is when to stop
process.on('SIGINT', () => undefined)
const [root = '', binFolder = ''] = process.argv.slice(2)
void serve(path.resolve(root), path.resolve(binFolder))
