import { openSandbox } from '../../../activities/data/sandbox'

/** A chunk of these takes 4 MB. */
const columns = Array.from({ length: 256 }, (_, i) => `i + ${i} AS c${i}`).join(', ')

const residentMb = (): number => process.memoryUsage().rss / 1024 / 1024

test('a stream of wide rows holds a few chunks at a time, not all that the collector has not come to', async () => {
  const sandbox = await openSandbox([], { threads: 1, memoryLimit: '1GB' })
  const before = residentMb()
  let [chunks, most] = [0, 0]
  for await (const chunk of sandbox.stream(`SELECT ${columns} FROM range(600_000) t(i)`)) {
    chunks += chunk.rowCount > 0 ? 1 : 0
    most = Math.max(most, residentMb())
  }
  sandbox.close()
  expect(chunks).toBe(Math.ceil(600_000 / 2048))
  expect(most - before).toBeLessThan(300) // 1,172 MB went through
})
