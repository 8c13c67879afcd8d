import { inLanes } from '../../../../activities/data/s3/in-lanes'

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('each item is worked on once, so many at a time', async () => {
  const done: string[] = []
  let [now, most] = [0, 0]
  await inLanes(['a', 'b', 'c', 'd', 'e'], 2, async (item, index) => {
    most = Math.max(most, (now += 1))
    await turn()
    now -= 1
    done.push(`${index}${item}`)
  })
  expect(done).toEqual(['0a', '1b', '2c', '3d', '4e'])
  expect(most).toBe(2)
})

test('after a failure none is begun, and it is told once nothing is under way', async () => {
  const begun: number[] = []
  let underWay = 0
  const working = inLanes([0, 1, 2, 3, 4], 2, async (item) => {
    begun.push(item)
    underWay += 1
    for (let turns = 0; turns <= 5 * item; turns += 1) await turn()
    underWay -= 1
    throw new Error(`item ${item}`)
  })
  await expect(working).rejects.toThrow('item 0')
  expect(begun).toEqual([0, 1])
  expect(underWay).toBe(0)
})
