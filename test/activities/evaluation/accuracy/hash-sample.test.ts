import fc from 'fast-check'
import { hashSample } from '../../../../activities/evaluation/accuracy/hash-sample'

const distinct = fc.uniqueArray(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), { maxLength: 60 })

test('takes the rows with the smallest hashes, in their order', () => {
  fc.assert(
    fc.property(distinct, fc.integer({ min: 1, max: 70 }), (hashes, limit) => {
      const found = [...hashSample(BigUint64Array.from(hashes), limit)].map((row) => hashes[row])
      const sorted = [...hashes].sort((a, b) => (a < b ? -1 : 1))
      expect(found).toEqual(sorted.slice(0, limit))
    }),
  )
})

test('finds rows beyond the first chunk', () => {
  const hashes = BigUint64Array.from({ length: 70_000 }, (_, i) => BigInt(80_000 - i))
  expect([...hashSample(hashes, 3)]).toEqual([69_999, 69_998, 69_997])
})
