import { fastestRows } from '../../../../activities/scoring/registry/fastest-rows'

const costing = (fixedMs: number, rowMs: (rows: number) => number) => {
  const asked: number[] = []
  const msOf = (rows: number): Promise<number> => {
    asked.push(rows)
    return Promise.resolve(fixedMs + rows * rowMs(rows))
  }
  return { asked, msOf }
}

test('a model whose runs cost much beside their rows gets whole batches', async () => {
  expect(await fastestRows(costing(0.05, () => 0.00004).msOf)).toBe(8192)
})

test('a model that slows down once its layers leave the cache gets runs that fit', async () => {
  expect(await fastestRows(costing(0.05, (rows) => (rows > 512 ? 0.002 : 0.001)).msOf)).toBe(512)
})

test('between sizes that take the same time a row the smaller one is chosen', async () => {
  expect(await fastestRows(costing(0, () => 0.001).msOf)).toBe(64)
})

test('a run stays near 30 ms, and no longer one is tried', async () => {
  const { asked, msOf } = costing(1, () => 0.05)
  expect(await fastestRows(msOf)).toBe(512)
  expect(Math.max(...asked)).toBe(512)
})

test('a model that needs 30 ms for fewer than 64 rows gets as many as fit, at least one', async () => {
  expect(await fastestRows(costing(0, () => 4).msOf)).toBe(4)
  expect(await fastestRows(costing(0, () => 500).msOf)).toBe(1)
})

test('a run that was held up does not count', async () => {
  const { msOf } = costing(0.05, () => 0.00004)
  let calls = 0
  const held = async (rows: number) => (await msOf(rows)) + (calls++ % 3 === 1 ? 40 : 0)
  expect(await fastestRows(held)).toBe(8192)
})
