import { formerTarget, type PointerMove } from '../../../workflows/plan/former-target'

/** 2: on to 2; -2: back to 2. */
const moves = (...numbers: readonly number[]): PointerMove<number>[] =>
  numbers.map((number) => ({ to: Math.abs(number), back: number < 0 }))

test.each<[string, readonly number[], number | undefined]>([
  ['from nothing: nowhere', [], undefined],
  ['from the first: nowhere', [1], undefined],
  ['from the second: to the first', [1, 2], 1],
  ['again: further back', [1, 2, 3, -2], 1],
  ['back at the first: nowhere', [1, 2, 3, -2, -1], undefined],
  ['what was gone back from is passed over', [1, 2, -1, 3], 1],
  ['several at once', [1, 2, 3, 4, -2], 1],
  ['moved on to what it was before: to what was in between', [1, 2, 1], 2],
  ['and then back twice', [1, 2, 1, -2], 1],
  ['back to what it never was at, or came to again: as a move on', [1, 2, -1, -2], 1],
])('going back %s', (_, numbers, expected) => {
  expect(formerTarget(moves(...numbers))).toBe(expected)
})
