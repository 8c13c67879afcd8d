import { CopyDecoder } from '../../../../activities/data/sources/copy-decoder'

const header = Buffer.concat([Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), Buffer.alloc(8)])
const trailer = Buffer.from([0xff, 0xff])

function tuple(row: readonly (string | null)[]): Buffer {
  const count = Buffer.alloc(2)
  count.writeInt16BE(row.length)
  const fields = row.flatMap((text) => {
    const length = Buffer.alloc(4)
    length.writeInt32BE(text === null ? -1 : Buffer.byteLength(text))
    return text === null ? [length] : [length, Buffer.from(text)]
  })
  return Buffer.concat([count, ...fields])
}

/** Decodes messages, each at an odd place within a larger buffer, as a socket's are. */
function decode(messages: readonly Buffer[], width: number): { rows: (string | null)[][]; bytes: number[] } {
  const rows: (string | null)[][] = []
  const bytes: number[] = []
  let row: (string | null)[] = []
  const columns = Array.from({ length: width }, () => ({
    setNull: () => void row.push(null),
    take: (_: DataView, buffer: Buffer, at: number, length: number) =>
      void row.push(buffer.toString('utf8', at, at + length)),
  }))
  const decoder = new CopyDecoder({
    columns,
    endRow: (taken) => {
      rows.push(row)
      bytes.push(taken)
      row = []
    },
  })
  for (const message of messages) {
    const buffer = Buffer.concat([Buffer.from('abc'), message, Buffer.from('def')])
    decoder.take(buffer, 3, 3 + message.length)
  }
  decoder.finish()
  return { rows, bytes }
}

const rows = [
  ['a', null],
  ['', 'bcd'],
  ['☃'.repeat(100), 'x'],
]

test('a tuple a message, the header with the first', () => {
  const [first, ...more] = rows.map(tuple)
  const decoded = decode([Buffer.concat([header, first!]), ...more, trailer], 2)
  expect(decoded).toEqual({ rows, bytes: rows.map((row) => tuple(row).length) })
})

test('several tuples a message, as a proxy may send them', () =>
  expect(decode([header, Buffer.concat([...rows.map(tuple), trailer])], 2).rows).toEqual(rows))

test('no rows', () => expect(decode([Buffer.concat([header, trailer])], 2).rows).toEqual([]))

test('a header with an extension is passed over', () => {
  const extended = Buffer.concat([header, Buffer.from('more')])
  extended.writeInt32BE(4, header.length - 4)
  expect(decode([extended, tuple(['a']), trailer], 1).rows).toEqual([['a']])
})

test('a stream that ends early, is cut within a tuple, or is something else, is an error', () => {
  expect(() => decode([header, tuple(['a'])], 1)).toThrow(/before its trailer/)
  expect(() => decode([], 1)).toThrow(/before its trailer/)
  expect(() => decode([header, tuple(['abc']).subarray(0, -1), trailer], 1)).toThrow(/ends within a tuple/)
  expect(() => decode([header, tuple(['abc']).subarray(0, 4), trailer], 1)).toThrow(/ends within a tuple/)
  expect(() => decode([header, tuple(['a', 'b']), trailer], 1)).toThrow(/2 fields, not 1/)
  expect(() => decode([Buffer.alloc(100)], 1)).toThrow(/not a binary COPY/)
})
