import fc from 'fast-check'
import { hashOrder } from '../../../../activities/evaluation/stats/hash-order'

const compareHashes = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0)

/** Few upper halves and few lower ones: many hashes are equal in one half or both. */
const half = fc.constantFrom(0n, 1n, 7n, 2n ** 31n, 2n ** 32n - 1n)
const hash = fc.oneof(
  fc.tuple(half, half).map(([high, low]) => (high << 32n) | low),
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
)

test('rows are in order of all 64 bits, and of equal hashes in that of the rest', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(hash, fc.nat(3)), { maxLength: 80 }), (rows) => {
      const hashes = BigUint64Array.from(rows, ([one]) => one)
      const order = hashOrder(hashes, (a, b) => rows[a]![1] - rows[b]![1])
      const expected = [...rows].sort(([a, x], [b, y]) => compareHashes(a, b) || x - y)
      expect(Array.from(order, (row) => rows[row])).toEqual(expected)
    }),
  )
})

test('hashes that begin in the middle of a buffer are read from there', () => {
  const hashes = BigUint64Array.of(99n, 5n, 3n, 4n).subarray(1)
  expect([...hashOrder(hashes, () => 0)]).toEqual([1, 2, 0])
})

test('more rows than fit beside half a hash are in order too', () => {
  const hashes = new BigUint64Array(2 ** 21 + 1)
  new Uint32Array(hashes.buffer).forEach((_, i, halves) => (halves[i] = Math.imul(i, 2654435761) >>> 1))
  const order = hashOrder(hashes, (a, b) => a - b)
  let descents = 0
  for (let i = 1; i < order.length; i += 1) if (hashes[order[i - 1]!]! > hashes[order[i]!]!) descents += 1
  expect([order.length, descents]).toEqual([hashes.length, 0])
})
