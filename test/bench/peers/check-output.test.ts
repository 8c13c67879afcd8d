import { checkOutput, type Output } from '../../../bench/peers/check-output'

const expected = {
  rows: 3,
  sum: 1.2,
  sample: [
    [0, 0.4],
    [2, 0.7],
  ],
} as const

const right: Output = {
  rows: 3,
  keys: 3,
  sum: 1.2,
  sample: [
    [2, 0.7, true],
    [0, 0.4, false],
  ],
}

test('what agrees but for last bits passes', () => {
  expect(() => checkOutput('it', right, expected)).not.toThrow()
  expect(() => checkOutput('it', { ...right, sum: 1.200001 }, expected)).not.toThrow()
})

test.each<[string, Partial<Output>, RegExp]>([
  ['a missing row', { rows: 2 }, /rows 2, expected 3/],
  ['a key written twice', { keys: 2 }, /distinct keys 2, expected 3/],
  ['another sum', { sum: 1.3 }, /sum of scores 1.3, expected 1.2/],
  ['no sum', { sum: NaN }, /sum of scores NaN/],
  [
    'scores of other keys',
    {
      sample: [
        [0, 0.7, true],
        [2, 0.4, false],
      ],
    },
    /score of key 0 0.7, expected 0.4/,
  ],
  ['a sampled key that is not there', { sample: [[0, 0.4, false]] }, /score of key 2 NaN, expected 0.7/],
  [
    'a label that its score does not have',
    {
      sample: [
        [0, 0.4, true],
        [2, 0.7, true],
      ],
    },
    /label of key 0 true/,
  ],
])('%s is told', (_, wrong, message) => {
  expect(() => checkOutput('it', { ...right, ...wrong }, expected)).toThrow(message)
})
