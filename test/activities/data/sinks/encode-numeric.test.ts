import { encodeNumeric } from '../../../../activities/data/sinks/encode-numeric'

/** count, weight, sign, decimal places, digits: as numeric_send writes them. */
const words = (text: string) => {
  const bytes = encodeNumeric(text)
  return (
    bytes &&
    Array.from({ length: bytes.length / 2 }, (_, i) =>
      i === 1 ? bytes.readInt16BE(2) : bytes.readUInt16BE(2 * i),
    )
  )
}

test.each([
  ['0', [0, 0, 0, 0]],
  ['0.00', [0, 0, 0, 2]],
  ['-0', [0, 0, 0, 0]],
  ['1', [1, 0, 0, 0, 1]],
  ['-1.5', [2, 0, 0x4000, 1, 1, 5000]],
  ['10000', [1, 1, 0, 0, 1]],
  ['12345.678', [3, 1, 0, 3, 1, 2345, 6780]],
  ['100000000', [1, 2, 0, 0, 1]],
  ['0.0001', [1, -1, 0, 4, 1]],
  ['0.00001', [1, -2, 0, 5, 1000]],
  ['0007', [1, 0, 0, 0, 7]],
  ['NaN', [0, 0, 0xc000, 0]],
  ['Infinity', [0, 0, 0xd000, 0]],
  ['-Infinity', [0, 0, 0xf000, 0]],
])('%s', (text, expected) => {
  expect(words(text)).toEqual(expected)
})

test.each(['', ' 1', '1e5', '+1', '1.', '.5', '1,5', 'nan', `0.${'1'.repeat(16_384)}`, '1'.repeat(131_073)])(
  '%s is no numeric',
  (text) => {
    expect(encodeNumeric(text)).toBeNull()
  },
)
