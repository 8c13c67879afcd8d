import { inWindow } from '../../../workflows/plan/in-window'

const tick = () => new Promise<void>((resolve) => setImmediate(resolve))

describe('inWindow', () => {
  it('has at most `width` items under way and starts them in order', async () => {
    let underWay = 0
    let most = 0
    const started: number[] = []
    await inWindow([0, 1, 2, 3, 4, 5, 6], 3, async (item) => {
      started.push(item)
      most = Math.max(most, ++underWay)
      await tick()
      underWay--
    })
    expect(started).toEqual([0, 1, 2, 3, 4, 5, 6])
    expect(most).toBe(3)
  })

  it('starts no item after a failure and rejects with the first one once the others have settled', async () => {
    const started: number[] = []
    let settled = 0
    const all = inWindow([0, 1, 2, 3, 4, 5], 2, async (item) => {
      started.push(item)
      await tick()
      if (item === 1) throw new Error(`item ${item}`)
      await tick()
      settled++
    })
    await expect(all).rejects.toThrow('item 1')
    expect(started).toEqual([0, 1])
    expect(settled).toBe(1)
  })

  it('does nothing for no items', async () => {
    await expect(inWindow([], 4, () => Promise.reject(new Error('called')))).resolves.toBeUndefined()
  })
})
