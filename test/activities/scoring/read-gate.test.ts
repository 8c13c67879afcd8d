import { ReadGate } from '../../../activities/scoring/read-gate'

const never = new AbortController().signal

/** Readers of these sizes: who is inside, and how to end one. */
function readers(gate: ReadGate) {
  const inside: string[] = []
  const end = new Map<string, () => void>()
  const add = (name: string, bytes: number, signal = never): Promise<void> =>
    gate.within(
      bytes,
      async () => {
        inside.push(name)
        await new Promise<void>((resolve) => end.set(name, resolve))
        inside.splice(inside.indexOf(name), 1)
      },
      signal,
    )
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
  return { inside, end, add, settle }
}

test('as many are inside as fit, the others follow in their order', async () => {
  const { inside, end, add, settle } = readers(new ReadGate(100))
  const all = [add('a', 60), add('b', 40), add('c', 50), add('d', 10)]
  await settle()
  expect(inside).toEqual(['a', 'b'])
  end.get('b')!()
  await settle()
  expect(inside).toEqual(['a']) // d would fit, but c was first
  end.get('a')!()
  await settle()
  expect(inside).toEqual(['c', 'd'])
  for (const name of inside) end.get(name)!()
  await Promise.all(all)
})

test('one that needs more than there is goes in alone', async () => {
  const { inside, end, add, settle } = readers(new ReadGate(100))
  const all = [add('large', 1_000), add('small', 1)]
  await settle()
  expect(inside).toEqual(['large'])
  end.get('large')!()
  await settle()
  expect(inside).toEqual(['small'])
  end.get('small')!()
  await Promise.all(all)
})

test('one that gives up makes room for those behind it', async () => {
  const { inside, end, add, settle } = readers(new ReadGate(100))
  const stop = new AbortController()
  const first = add('first', 60)
  const second = add('second', 80, stop.signal)
  const third = add('third', 40)
  await settle()
  expect(inside).toEqual(['first'])
  stop.abort(new Error('given up'))
  await expect(second).rejects.toThrow('given up')
  await settle()
  expect(inside).toEqual(['first', 'third'])
  for (const name of [...inside]) end.get(name)!()
  await Promise.all([first, third])
})

test('one that fails makes room too', async () => {
  const gate = new ReadGate(1)
  await expect(gate.within(1, () => Promise.reject(new Error('no')), never)).rejects.toThrow('no')
  await expect(gate.within(1, () => Promise.resolve('yes'), never)).resolves.toBe('yes')
})
