import { once } from 'node:events'
import { createService } from '../../service/create-service'
import type { CliIo } from '../cli-io'
import { tell } from '../output'
import { withSession } from '../session'

/** `serve`: reports in the browser, until SIGTERM or Ctrl-C. */
export function serve(io: CliIo): Promise<void> {
  return withSession(io, async ({ connections, config }) => {
    const { host, port } = config.service
    const service = createService(connections.control)
    const ended = new AbortController()
    const release = io.onInterrupt(() => ended.abort())
    try {
      tell(io, `Reports at ${await service.listen({ host, port })}. Ctrl-C stops it.`)
      if (!ended.signal.aborted) await once(ended.signal, 'abort')
    } finally {
      release()
      await service.close()
    }
  })
}
