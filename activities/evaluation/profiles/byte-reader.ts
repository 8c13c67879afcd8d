const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/**
 * Reads what byteWriter wrote, in the same order; what it returns are copies.
 * Each method throws a RangeError where the bytes end too early.
 */
export class ByteReader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  byte(): number {
    return this.#take(1)[0]!
  }

  number(): number {
    return new Float64Array(this.#take(8).buffer)[0]!
  }

  text(): string {
    return decoder.decode(this.bytes())
  }

  bytes(): Uint8Array {
    return this.#take(this.number())
  }

  float64s(): Float64Array {
    return new Float64Array(this.#take(this.number() * 8).buffer)
  }

  uint64s(): BigUint64Array {
    return new BigUint64Array(this.#take(this.number() * 8).buffer)
  }

  /** @throws RangeError for a width that byteWriter does not know */
  numbers(): Float64Array {
    const width = this.byte()
    if (width === 1) return Float64Array.from(this.bytes())
    if (width === 4) return Float64Array.from(new Float32Array(this.#take(this.number() * 4).buffer))
    if (width === 8) return this.float64s()
    throw new RangeError(`numbers have ${width} bytes each, allowed are 1, 4 and 8`)
  }

  /** @throws RangeError where bytes are left */
  end(): void {
    if (this.#at !== this.#bytes.length)
      throw new RangeError(`the profile has ${this.#bytes.length} bytes, read were ${this.#at}`)
  }

  /** A copy that starts at a buffer of its own, as typed arrays need. */
  #take(length: number): Uint8Array<ArrayBuffer> {
    const end = this.#at + length
    if (!(length >= 0 && end <= this.#bytes.length))
      throw new RangeError(`the profile has ${this.#bytes.length} bytes, needed are ${end}`)
    const taken = new Uint8Array(this.#bytes.subarray(this.#at, end))
    this.#at = end
    return taken
  }
}
