import { keeping } from '../../../activities/runs/keeping'

test('what is asked for again is loaded once, also while it loads', async () => {
  const load = jest.fn((key: string) => Promise.resolve(key.toUpperCase()))
  const kept = keeping(2, load)
  expect(await Promise.all([kept('a'), kept('a')])).toEqual(['A', 'A'])
  expect(await kept('a')).toBe('A')
  expect(load).toHaveBeenCalledTimes(1)
})

test('beyond the count the one that was asked for least recently goes', async () => {
  const load = jest.fn((key: string) => Promise.resolve(key))
  const kept = keeping(2, load)
  for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) await kept(key)
  expect(load.mock.calls.flat()).toEqual(['a', 'b', 'c', 'b'])
})

test('a load that failed is tried again', async () => {
  const load = jest
    .fn<Promise<string>, [string]>()
    .mockRejectedValueOnce(new Error('no'))
    .mockResolvedValue('yes')
  const kept = keeping(2, load)
  await expect(kept('a')).rejects.toThrow('no')
  expect(await kept('a')).toBe('yes')
})
