import { backfillPage } from '../../../workflows/plan/backfill-page'

const batches = ['d0', 'd1', 'd2', 'd3', 'd4']
const range = (keys: readonly string[]) => ({ length: keys.length, at: (place: number) => keys[place]! })
const page = (options: Partial<Parameters<typeof backfillPage>[1]>, size?: number) =>
  backfillPage(range(batches), { place: 0, inFlight: 1, done: new Set(), ...options }, size)

test('one at a time, each batch looks at all before it', () => {
  expect(page({})).toEqual({
    items: batches.map((batch, place) => ({ batch, place, comparedBefore: null })),
    skipped: 0,
    nextPlace: null,
  })
})

test('several at a time, each looks at those only that are settled when it starts', () => {
  const { items } = page({ inFlight: 3 })
  expect(items.map(({ batch, comparedBefore }) => [batch, comparedBefore])).toEqual([
    ['d0', null],
    ['d1', 'd0'],
    ['d2', 'd0'],
    ['d3', 'd1'],
    ['d4', 'd2'],
  ])
})

test('what is done is skipped and keeps its place', () => {
  expect(page({ inFlight: 2, done: new Set(['d1', 'd2']) })).toEqual({
    items: [
      { batch: 'd0', place: 0, comparedBefore: null },
      { batch: 'd3', place: 3, comparedBefore: 'd2' },
      { batch: 'd4', place: 4, comparedBefore: 'd3' },
    ],
    skipped: 2,
    nextPlace: null,
  })
})

test('pages follow each other without a gap', () => {
  const done = new Set(['d1'])
  const first = page({ done }, 2)
  expect(first).toMatchObject({ items: [{ batch: 'd0' }, { batch: 'd2' }], skipped: 1, nextPlace: 3 })
  expect(page({ done, place: 3 }, 2)).toMatchObject({
    items: [{ batch: 'd3' }, { batch: 'd4' }],
    skipped: 0,
    nextPlace: null,
  })
})

test('a long range that is done is gone through in parts, too', () => {
  const many = Array.from({ length: 5_000 }, (_, i) => `d${i}`)
  const all = { place: 0, inFlight: 1, done: new Set(many) }
  expect(backfillPage(range(many), all)).toEqual({ items: [], skipped: 2_000, nextPlace: 2_000 })
  expect(backfillPage(range(many), { ...all, place: 4_000 })).toEqual({
    items: [],
    skipped: 1_000,
    nextPlace: null,
  })
})
