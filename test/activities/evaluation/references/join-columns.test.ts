import { joinColumns } from '../../../../activities/evaluation/references/join-columns'
import type { ProfileColumn } from '../../../../activities/evaluation/profiles/profile-column'

test('rows of batches follow each other, missing ones too, whatever dictionaries the batches had', async () => {
  const first = new Map<string, ProfileColumn>([
    ['x', { values: Float32Array.of(1.5, 9), validity: Uint8Array.of(0b10), bitOffset: 1 }],
    ['t', { dictionary: ['b', 'unused'], codes: Int32Array.of(0, -1) }],
  ])
  const second = new Map<string, ProfileColumn>([
    ['x', { values: Float64Array.of(NaN) }],
    ['t', { dictionary: ['a', 'b'], codes: Int32Array.of(0) }],
  ])
  expect([...(await joinColumns([first, second]))]).toEqual([
    ['x', { values: Float64Array.of(1.5, 0, NaN), validity: Uint8Array.of(0b101) }],
    ['t', { dictionary: ['a', 'b'], codes: Int32Array.of(1, -1, 0) }],
  ])
})

test('no batches have no columns; one that lacks a column, or has it of another type, is refused', async () => {
  const numbers = new Map<string, ProfileColumn>([['x', { values: Float64Array.of(1) }]])
  expect((await joinColumns([])).size).toBe(0)
  await expect(joinColumns([numbers, new Map()])).rejects.toThrow('batch 1 has no column x')
  const texts = new Map([['x', { dictionary: ['a'], codes: Int32Array.of(0) }]])
  await expect(joinColumns([numbers, texts])).rejects.toThrow(RangeError)
})
