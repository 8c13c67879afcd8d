import { inOrderedWindow } from '../../../workflows/plan/in-ordered-window'

/** Work that ends when it is told to. */
function controlled() {
  const started: number[] = []
  const ends = new Map<number, { resolve: () => void; reject: (error: Error) => void }>()
  const work = ({ place }: { place: number }) => {
    started.push(place)
    return new Promise<void>((resolve, reject) => ends.set(place, { resolve, reject }))
  }
  const settled = () => new Promise((resolve) => setImmediate(resolve))
  const end = (place: number) => (ends.get(place)?.resolve(), settled())
  const fail = (place: number, message: string) => (ends.get(place)?.reject(new Error(message)), settled())
  return { started, work, end, fail, settled }
}

const places = (...numbers: number[]) => numbers.map((place) => ({ place }))

test('an item waits for those before its window, however fast the others are', async () => {
  const { started, work, end, settled } = controlled()
  const all = inOrderedWindow(places(0, 1, 2, 3), 2, work)
  await settled()
  expect(started).toEqual([0, 1])
  await end(1) // 2 needs 0: a place is free, and yet
  expect(started).toEqual([0, 1])
  await end(0)
  expect(started).toEqual([0, 1, 2, 3])
  await end(3)
  await end(2)
  await all
})

test('places that are left out count as settled', async () => {
  const { started, work, end, settled } = controlled()
  const all = inOrderedWindow(places(0, 5, 6), 2, work)
  await settled()
  expect(started).toEqual([0]) // 5 looks at all up to 3, so at 0
  await end(0)
  expect(started).toEqual([0, 5, 6])
  await end(5)
  await end(6)
  await all
})

test('after a failure nothing starts, and it is told when all have settled', async () => {
  const { started, work, end, fail, settled } = controlled()
  const all = inOrderedWindow(places(0, 1, 2), 2, work)
  const told = jest.fn()
  all.catch(told)
  await settled()
  await fail(0, 'broken')
  expect(started).toEqual([0, 1])
  expect(told).not.toHaveBeenCalled()
  await end(1)
  await expect(all).rejects.toThrow('broken')
})

test('no further item starts once it is not to go on', async () => {
  const { started, work, end, settled } = controlled()
  let goOn = true
  const all = inOrderedWindow(places(0, 1), 1, work, () => goOn)
  await settled()
  goOn = false
  await end(0)
  await all
  expect(started).toEqual([0])
})

test('nothing to do is done at once', async () => {
  await inOrderedWindow([], 3, () => Promise.reject(new Error('called')))
})
