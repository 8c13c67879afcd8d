import fc from 'fast-check'
import {
  bottomKSample,
  createBottomKSample,
  extractBottomKSample,
  mergeBottomKSample,
  type BottomKSample,
} from '../../../../activities/evaluation/stats/bottom-k-sample'

type Row = readonly [hash: bigint, payload: number]

const sampleOf = (k: number, rows: readonly Row[], share = 1): BottomKSample => {
  const sample = createBottomKSample(k, share)
  bottomKSample(
    sample,
    BigUint64Array.from(rows, ([hash]) => hash),
    Float64Array.from(rows, ([, payload]) => payload),
  )
  return sample
}

const rowsOf = (sample: BottomKSample): Row[] => {
  const { hashes, payloads } = extractBottomKSample(sample)
  return [...hashes].map((hash, i) => [hash, payloads[i]!] as const)
}

const smallest = (k: number, rows: readonly Row[]): Row[] =>
  [...rows].sort(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x - y)).slice(0, k)

test('the rows with the k smallest hashes are kept, in order', () => {
  const rows: Row[] = [
    [9n, 0],
    [2n ** 63n, 1],
    [3n, 2],
    [2n ** 64n - 1n, 3],
    [2n ** 32n, 4],
  ]
  expect(rowsOf(sampleOf(3, rows))).toEqual([
    [3n, 2],
    [9n, 0],
    [2n ** 32n, 4],
  ])
})

test('of a key that is there twice the smaller payload comes first', () => {
  expect(
    rowsOf(
      sampleOf(2, [
        [5n, 7],
        [5n, 3],
        [5n, 5],
      ]),
    ),
  ).toEqual([
    [5n, 3],
    [5n, 5],
  ])
})

test('fewer rows than k are all kept, and none are none', () => {
  expect(
    rowsOf(
      sampleOf(5, [
        [2n, 0],
        [1n, 1],
      ]),
    ),
  ).toEqual([
    [1n, 1],
    [2n, 0],
  ])
  expect(rowsOf(sampleOf(5, []))).toEqual([])
})

test('a share keeps hashes under it only: those at it are out', () => {
  const half = 2n ** 63n
  expect(
    rowsOf(
      sampleOf(
        9,
        [
          [half, 0],
          [half - 1n, 1],
          [half + 1n, 2],
        ],
        0.5,
      ),
    ),
  ).toEqual([[half - 1n, 1]])
  expect(
    rowsOf(
      sampleOf(
        9,
        [
          [16n, 0],
          [15n, 1],
          [2n ** 33n, 2],
        ],
        2 ** -60,
      ),
    ),
  ).toEqual([[15n, 1]])
})

test('hashes may be a part of a larger buffer', () => {
  const hashes = BigUint64Array.of(1n, 2n, 3n, 4n).subarray(2)
  const sample = createBottomKSample(1)
  bottomKSample(sample, hashes, Float64Array.of(10, 11))
  expect(rowsOf(sample)).toEqual([[3n, 10]])
})

test.each([
  [0, 1],
  [1.5, 1],
  [1, 0],
  [1, 1.1],
  [1, NaN],
])('a sample of %d at a share of %d is refused', (k, share) => {
  expect(() => createBottomKSample(k, share)).toThrow(RangeError)
})

test('a payload a hash', () => {
  expect(() => bottomKSample(createBottomKSample(1), BigUint64Array.of(1n), Float64Array.of())).toThrow(
    'there are 1 hashes and 0 payloads',
  )
})

const hash = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  fc.bigInt({ min: 0n, max: 9n }),
  fc.constant(2n ** 64n - 1n),
)
const rows = fc.array(fc.tuple(hash, fc.nat(5)), { maxLength: 80 })

test('it is the same whatever the order, the batches and the parts', () => {
  fc.assert(
    fc.property(
      rows,
      fc.integer({ min: 1, max: 12 }),
      fc.array(fc.nat(80), { maxLength: 6 }),
      (all, k, cuts) => {
        const ends = [...cuts.sort((a, b) => a - b), all.length]
        const parts = ends.map((end, i) => sampleOf(k, all.slice(ends[i - 1] ?? 0, end)))
        const merged = parts.reduceRight(
          (into, from) => (mergeBottomKSample(into, from), into),
          createBottomKSample(k),
        )
        expect(rowsOf(merged)).toEqual(smallest(k, all))
        expect(rowsOf(sampleOf(k, all.toReversed()))).toEqual(smallest(k, all))
      },
    ),
    { numRuns: 300 },
  )
})

test('a sample that was looked at can be added to', () => {
  fc.assert(
    fc.property(rows, rows, (first, second) => {
      const sample = sampleOf(4, first)
      extractBottomKSample(sample)
      mergeBottomKSample(sample, sampleOf(4, second))
      expect(rowsOf(sample)).toEqual(smallest(4, [...first, ...second]))
    }),
  )
})
