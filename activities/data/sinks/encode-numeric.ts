const positive = 0x0000
const negative = 0x4000
const special: Readonly<Record<string, number>> = { NaN: 0xc000, Infinity: 0xd000, '-Infinity': 0xf000 }

/**
 * A decimal number's text in Postgres's binary form for numeric, exact to the last digit: int16 count of base-10,000
 * digits, int16 weight (the power of 10,000 of the first digit), uint16 sign, uint16 decimal places, the digits.
 *
 * @param text canonical: -12.50, 0, NaN, Infinity, -Infinity; no exponent, no spaces
 * @returns null where the text is no such number, or beyond Postgres's 131,072 digits before and 16,383 after the point
 * @see https://github.com/postgres/postgres/blob/REL_17_0/src/backend/utils/adt/numeric.c numeric_send, numeric_recv
 */
export function encodeNumeric(text: string): Buffer | null {
  const special16 = special[text]
  if (special16 !== undefined) return header(0, 0, special16, 0)
  const match = /^(-?)(\d{1,131072})(?:\.(\d{1,16383}))?$/.exec(text)
  if (!match) return null
  const [, sign, whole = '', fraction = ''] = match
  // whole groups of four digits on both sides of the point
  const wholeDigits = whole.padStart(Math.ceil(whole.length / 4) * 4, '0')
  const digits = wholeDigits + fraction.padEnd(Math.ceil(fraction.length / 4) * 4, '0')
  let first = 0
  let end = digits.length / 4
  while (first < end && isZeroGroup(digits, first)) first += 1
  while (end > first && isZeroGroup(digits, end - 1)) end -= 1
  const count = end - first
  const weight = count === 0 ? 0 : wholeDigits.length / 4 - 1 - first
  const bytes = header(count, weight, sign === '-' && count > 0 ? negative : positive, fraction.length)
  for (let group = first; group < end; group += 1)
    bytes.writeUInt16BE(Number(digits.slice(group * 4, group * 4 + 4)), 8 + 2 * (group - first))
  return bytes
}

function header(count: number, weight: number, sign: number, scale: number): Buffer {
  const bytes = Buffer.alloc(8 + 2 * count)
  bytes.writeInt16BE(count, 0)
  bytes.writeInt16BE(weight, 2)
  bytes.writeUInt16BE(sign, 4)
  bytes.writeUInt16BE(scale, 6)
  return bytes
}

function isZeroGroup(digits: string, group: number): boolean {
  return digits.startsWith('0000', group * 4)
}
