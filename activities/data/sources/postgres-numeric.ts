/** What the numeric values of one column have in common, so that one DECIMAL holds them all. */
export class NumericExtent {
  private integerDigits = 0
  private scale = 0
  private hasSpecial = false

  /** @param typmod as the server's row description gives it: -1, or ((precision << 16) | scale) + 4 */
  constructor(private readonly typmod: number) {}

  /**
   * The text of a value in binary form: int16 digits, weight, sign, scale, then digits to the base 10,000
   * (numeric_send in Postgres's numeric.c).
   */
  text(bytes: Buffer): string {
    const count = bytes.readInt16BE(0)
    const weight = bytes.readInt16BE(2)
    const sign = bytes.readUInt16BE(4)
    const scale = bytes.readInt16BE(6)
    if (sign === 0xc000 || sign === 0xd000 || sign === 0xf000) {
      this.hasSpecial = true
      return sign === 0xc000 ? 'NaN' : sign === 0xd000 ? 'Infinity' : '-Infinity'
    }
    const digit = (i: number): string =>
      String(i >= 0 && i < count ? bytes.readInt16BE(8 + i * 2) : 0).padStart(4, '0')
    let integer = ''
    for (let i = 0; i <= weight; i++) integer += digit(i)
    integer = integer.replace(/^0+(?=\d)/, '') || '0'
    let fraction = ''
    for (let i = weight + 1; fraction.length < scale; i++) fraction += digit(i)
    this.integerDigits = Math.max(this.integerDigits, integer === '0' ? 0 : integer.length)
    this.scale = Math.max(this.scale, scale)
    return `${sign === 0x4000 ? '-' : ''}${integer}${scale > 0 ? `.${fraction.slice(0, scale)}` : ''}`
  }

  /**
   * The DECIMAL that holds every value seen exactly: numeric(p,s)'s own, else 38 digits at the largest scale seen. Null
   * where none does (NaN, infinities, over 38 digits): then the column stays text.
   */
  decimal(): string | null {
    if (this.hasSpecial) return null
    if (this.typmod >= 4) {
      const precision = (this.typmod - 4) >> 16
      const scale = (this.typmod - 4) & 0xffff
      if (precision <= 38 && scale <= precision) return `DECIMAL(${precision},${scale})`
    }
    return this.integerDigits + this.scale <= 38 ? `DECIMAL(38,${this.scale})` : null
  }
}
