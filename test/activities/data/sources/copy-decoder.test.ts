import fc from 'fast-check'
import { decodeCopy } from '../../../../activities/data/sources/copy-decoder'

const header = Buffer.concat([Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), Buffer.alloc(8)])
const trailer = Buffer.from([0xff, 0xff])

function encode(rows: readonly (readonly (string | null)[])[]): Buffer {
  const int16 = (n: number): Buffer => {
    const bytes = Buffer.alloc(2)
    bytes.writeInt16BE(n)
    return bytes
  }
  const field = (text: string | null): Buffer[] => {
    const length = Buffer.alloc(4)
    length.writeInt32BE(text === null ? -1 : Buffer.byteLength(text))
    return text === null ? [length] : [length, Buffer.from(text)]
  }
  return Buffer.concat([
    header,
    ...rows.flatMap((row) => [int16(row.length), ...row.flatMap(field)]),
    trailer,
  ])
}

async function decode(pieces: readonly Buffer[]): Promise<(string | null)[][]> {
  const rows: (string | null)[][] = []
  let row: (string | null)[] = []
  async function* stream(): AsyncGenerator<Buffer> {
    for (const piece of pieces) yield await Promise.resolve(piece)
  }
  await decodeCopy(stream(), {
    field: (column, bytes) => {
      row[column] = bytes === null ? null : bytes.toString()
    },
    endRow: () => {
      rows.push(row)
      row = []
      return rows.length % 2 === 0 ? Promise.resolve() : null
    },
  })
  return rows
}

test('rows come out whole wherever the stream is cut', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.option(fc.string()), { minLength: 2, maxLength: 2 })),
      fc.array(fc.nat(40)),
      async (rows, cuts) => {
        const bytes = encode(rows)
        const pieces: Buffer[] = []
        let at = 0
        for (const cut of cuts) pieces.push(bytes.subarray(at, (at += cut)))
        expect(await decode([...pieces, bytes.subarray(at)])).toEqual(rows)
      },
    ),
  ))

test('one byte at a time', async () => {
  const rows = [
    ['a', null],
    ['', 'bcd'],
  ]
  expect(await decode([...encode(rows)].map((byte) => Buffer.from([byte])))).toEqual(rows)
})

test('a row of 10 MB in many pieces takes no time to speak of', async () => {
  const rows = [['x'.repeat(10_000_000), 'y']]
  const bytes = encode(rows)
  const pieces = Array.from({ length: 10_000 }, (_, i) => bytes.subarray(i * 1001, (i + 1) * 1001))
  const started = Date.now()
  expect(await decode(pieces)).toEqual(rows)
  expect(Date.now() - started).toBeLessThan(2000)
})

test('a stream that ends early, or is something else, is an error', async () => {
  await expect(decode([encode([['a']]).subarray(0, -2)])).rejects.toThrow(/before its trailer/)
  await expect(decode([encode([['a']]).subarray(0, -4)])).rejects.toThrow(/before its trailer/)
  await expect(decode([])).rejects.toThrow(/before its trailer/)
  await expect(decode([Buffer.alloc(100)])).rejects.toThrow(/not a binary COPY/)
})
