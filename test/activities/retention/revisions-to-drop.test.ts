import { revisionsToDrop, type PublishedRevision } from '../../../activities/retention/revisions-to-drop'

/** A revision that became visible at `at`, the larger the later. */
const revision = (
  number: number,
  at: number,
  state: 'visible' | 'closed' | 'kept' = 'kept',
): PublishedRevision => ({
  runId: `run ${number}`,
  revision: number,
  isVisible: state === 'visible',
  isClosed: state === 'closed',
  changedAt: new Date(at),
})
const dropped = (published: PublishedRevision[], keep: number) =>
  revisionsToDrop(published, keep).map((one) => one.revision)

test.each([
  [
    'the visible one and the one before it stay',
    [revision(1, 1), revision(2, 2), revision(3, 3, 'visible')],
    2,
    [1],
  ],
  [
    'with one to keep only the visible one stays',
    [revision(1, 1), revision(2, 2), revision(3, 3, 'visible')],
    1,
    [2, 1],
  ],
  ['fewer than are kept all stay', [revision(1, 1), revision(2, 2, 'visible')], 5, []],
  [
    'after a rollback both its ends and the one before stay',
    [revision(1, 1), revision(2, 4, 'visible'), revision(3, 3)],
    2,
    [],
  ],
  [
    'after a rollback with one to keep, what it came from stays',
    [revision(1, 1), revision(2, 4, 'visible'), revision(3, 3)],
    1,
    [1],
  ],
  [
    'of those before it the last visible ones stay',
    [revision(1, 1), revision(2, 4), revision(3, 3), revision(4, 5, 'visible')],
    2,
    [3, 1],
  ],
  [
    'one whose dropping began is finished',
    [revision(1, 9, 'closed'), revision(2, 2), revision(3, 3, 'visible')],
    2,
    [1],
  ],
  ['where none is visible nothing is dropped', [revision(1, 1), revision(2, 2), revision(3, 3)], 1, []],
  ['a visible one stays though it is marked', [{ ...revision(1, 1, 'visible'), isClosed: true }], 1, []],
] as const)('%s', (_, published, keep, expected) => {
  expect(dropped([...published], keep)).toEqual(expected)
})
