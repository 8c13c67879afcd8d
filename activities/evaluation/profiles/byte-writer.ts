const encoder = new TextEncoder()

/** Typed arrays that are written raw. Every platform that Node runs on here is little-endian, so are the bytes. */
type RawArray = Float64Array | Float32Array | Uint32Array | Uint8Array | BigUint64Array

/** Bytes put one after the other; what byteReader reads. Arrays and texts have their length before them. */
export class ByteWriter {
  readonly #parts: Uint8Array[] = []

  /** An integer from 0 to 255. */
  byte(value: number): this {
    return this.#add(Uint8Array.of(value))
  }

  /** Any number, exactly. */
  number(value: number): this {
    return this.#add(bytesOf(Float64Array.of(value)))
  }

  /** UTF-8; a lone surrogate, which UTF-8 does not have, becomes U+FFFD. */
  text(value: string): this {
    return this.array(encoder.encode(value))
  }

  /** Its number of elements, then its bytes. */
  array(values: RawArray): this {
    this.number(values.length)
    return this.#add(bytesOf(values))
  }

  /** Numbers in the fewest bytes that give them back exactly: 1 each, 4 (float32), or 8. */
  numbers(values: Float64Array): this {
    if (values.every((value) => Object.is(value, value & 255)))
      return this.byte(1).array(Uint8Array.from(values))
    const singles = Float32Array.from(values)
    if (values.every((value, i) => Object.is(value, singles[i]))) return this.byte(4).array(singles)
    return this.byte(8).array(values)
  }

  bytes(): Uint8Array {
    const whole = new Uint8Array(this.#parts.reduce((sum, part) => sum + part.length, 0))
    let at = 0
    for (const part of this.#parts) {
      whole.set(part, at)
      at += part.length
    }
    return whole
  }

  /** A copy: what is written does not change with the array. */
  #add(part: Uint8Array): this {
    this.#parts.push(part.slice())
    return this
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: RawArray): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength)
}
