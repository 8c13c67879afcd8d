import fc from 'fast-check'
import { keyIndex } from '../../../../activities/evaluation/accuracy/key-index'

const hashes = fc.array(
  fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.bigInt({ min: 0n, max: 20n }), fc.bigInt({ min: 0n, max: 9n }).map((n) => n << 32n)), // prettier-ignore
  { maxLength: 60 },
)

test('finds what a plain search finds: the first row of a key, -1 for an unknown one', () => {
  fc.assert(
    fc.property(hashes, hashes, (keys, others) => {
      const sought = [...keys, ...others]
      const expected = sought.map((key) => keys.indexOf(key))
      const byHash = keyIndex(BigUint64Array.from(keys))
      expect([...byHash.find(BigUint64Array.from(sought))]).toEqual(expected)
      const byText = keyIndex(keys.map(String))
      expect([...byText.find(sought.map(String))]).toEqual(expected)
      const repeated = keys.length - new Set(keys).size
      expect([byHash.repeated, byText.repeated]).toEqual([repeated, repeated])
    }),
  )
})

test('texts are not sought among hashes, nor hashes among texts', () => {
  expect(() => keyIndex(BigUint64Array.of(1n)).find(['a'])).toThrow(TypeError)
  expect(() => keyIndex(['a']).find(BigUint64Array.of(1n))).toThrow(TypeError)
})
