import type { Pool } from 'pg'
import { shardCopies } from '../../../activities/runs/shard-copies'
import type { ShardResult } from '../../../schemas/run'

const result = (shardNo: number): ShardResult => ({ shardNo }) as ShardResult

/** A database that answers when it is told to; what it was asked: the run and the numbers of the shards. */
function slowDatabase(): { pool: Pool; asked: [string, number[]][]; answer: (how?: Error) => void } {
  const asked: [string, number[]][] = []
  const waiting: ((how?: Error) => void)[] = []
  const query = (_: string, [runId, json]: [string, string]) => {
    asked.push([runId, (JSON.parse(json) as ShardResult[]).map(({ shardNo }) => shardNo)])
    return new Promise<void>((resolve, reject) => waiting.push((how) => (how ? reject(how) : resolve())))
  }
  return { pool: { query } as never, asked, answer: (how) => waiting.shift()?.(how) }
}

const untilAsked = async (asked: readonly unknown[], times: number): Promise<void> => {
  while (asked.length < times) await new Promise((resolve) => setTimeout(resolve, 1))
}

test('the first copy goes at once, those that come meanwhile go together', async () => {
  const { pool, asked, answer } = slowDatabase()
  const copy = shardCopies(pool, 'w')
  const done: number[] = []
  const copies = [0, 1, 2].map((shardNo) => copy('r', result(shardNo)).then(() => done.push(shardNo)))
  expect(asked).toEqual([['r', [0]]])
  answer()
  await copies[0]
  expect(done).toEqual([0])
  await untilAsked(asked, 2)
  expect(asked[1]).toEqual(['r', [1, 2]])
  answer()
  await Promise.all(copies)
  expect(done).toEqual([0, 1, 2])
  const later = copy('r', result(3))
  await untilAsked(asked, 3)
  answer()
  await later
})

test('runs do not wait for each other', () => {
  const { pool, asked } = slowDatabase()
  const copy = shardCopies(pool, 'w')
  void copy('r', result(0))
  void copy('s', result(0))
  expect(asked).toEqual([
    ['r', [0]],
    ['s', [0]],
  ])
})

test('a copy that fails tells those that are in it, and the next ones go on', async () => {
  const { pool, asked, answer } = slowDatabase()
  const copy = shardCopies(pool, 'w')
  const first = copy('r', result(0))
  const second = copy('r', result(1))
  answer(new Error('the database went away'))
  await expect(first).rejects.toThrow('the database went away')
  await untilAsked(asked, 2)
  answer()
  await second
})
