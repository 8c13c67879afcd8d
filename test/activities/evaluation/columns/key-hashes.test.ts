import { Bool, Float64, Int16, Int64, Utf8, vectorFromArray, type Data, type DataType } from 'apache-arrow'
import { keyHashes } from '../../../../activities/evaluation/columns/key-hashes'

const dataOf = (values: readonly unknown[], type: DataType): Data =>
  vectorFromArray(values as never[], type as never).data[0] as Data
const distinct = (hashes: BigUint64Array) => new Set(hashes).size

test('a row has the same hash in whatever batch it is', () => {
  const whole = keyHashes([dataOf([5n, 6n, 7n], new Int64()), dataOf(['a', 'b', 'c'], new Utf8())], 'b')
  const part = keyHashes([dataOf([7n, 6n], new Int64()), dataOf(['c', 'b'], new Utf8())], 'b')
  expect([...part]).toEqual([whole[2], whole[1]])
})

test('20,000 keys of each type have as many hashes, spread evenly', () => {
  const n = 20_000
  const numbers = Array.from({ length: n }, (_, i) => i)
  const columns: [Data, number][] = [
    [dataOf(numbers.map(BigInt), new Int64()), n],
    [
      dataOf(
        numbers.map((i) => BigInt(i) << 32n),
        new Int64(),
      ),
      n,
    ],
    [
      dataOf(
        numbers.map((i) => i / 7),
        new Float64(),
      ),
      n,
    ],
    [
      dataOf(
        numbers.map((i) => `customer ${i}`),
        new Utf8(),
      ),
      n,
    ],
    [
      dataOf(
        numbers.map((i) => i % 2 === 0),
        new Bool(),
      ),
      2,
    ],
    [
      dataOf(
        numbers.map((i) => i % 1000),
        new Int16(),
      ),
      1000,
    ],
  ]
  for (const [data, expected] of columns) {
    const hashes = keyHashes([data], 'b')
    expect(distinct(hashes)).toBe(expected)
    if (expected < n) continue
    const below = hashes.filter((hash) => hash < 1n << 61n).length // an eighth
    expect(Math.abs(below - n / 8)).toBeLessThan(5 * Math.sqrt((n / 8) * (7 / 8)))
  }
})

test('a key has another hash in another batch', () => {
  const key = [dataOf([5n], new Int64())]
  expect(keyHashes(key, '2013-07-04')).not.toEqual(keyHashes(key, '2013-07-05'))
})

test('columns that share their characters, or a null and an empty text, are different keys', () => {
  const first = dataOf(['ab', 'a', '', null], new Utf8())
  const second = dataOf(['', 'b', 'ab', 'ab'], new Utf8())
  expect(distinct(keyHashes([first, second], 'b'))).toBe(4)
})
