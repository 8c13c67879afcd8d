import { randomBytes } from 'node:crypto'
import { connectTemporal } from '../../workers/temporal-connection'
import { freshDatabase, runCli } from '../stack'
import { whenFileEnds } from '../stack/clean-up'
import { eventually } from '../stack/scenario'

/** A namespace that nobody has prepared: a worker there could take no step of any run. */
test('a worker does not start without the search attributes, and says how to register them', async () => {
  const namespace = `bare-${randomBytes(4).toString('hex')}`
  const { connection } = await connectTemporal(process.env)
  whenFileEnds(() => connection.close())
  await connection.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
  })
  const env = { DATABASE_URL: await freshDatabase(), TEMPORAL_NAMESPACE: namespace }
  // the server's caches learn of a namespace after a while
  const { code, stderr } = await eventually(async () => {
    const result = await runCli(['worker'], { env, timeoutMs: 60_000 })
    return /not found/i.test(result.stderr) ? undefined : result
  }, 90_000)
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: expect.stringMatching(/no search attribute Nightscore/),
  })
  expect(stderr).toContain('nightscore migrate')
})
