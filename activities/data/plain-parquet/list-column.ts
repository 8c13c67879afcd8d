import { packedLevels } from './bit-pack'
import { PlainColumn } from './plain-column'
import type { PlainType } from './plain-type'

/** Definition levels of a list of optional elements: Parquet's LIST of three levels. */
const level = { nullList: 0, emptyList: 1, nullElement: 2, element: 3 } as const

/** A column of lists: the elements of all rows one after the other, and how many each row has. */
export class ListColumn {
  readonly elements: PlainColumn
  /** Of each row; -1: null. */
  private lengths: number[] = []

  constructor(
    readonly name: string,
    readonly type: PlainType,
  ) {
    this.elements = new PlainColumn('element', type, 1024)
  }

  /** Begins a row's list; its elements are to be put in `elements`. */
  begin(length: number): void {
    this.lengths.push(length)
    this.elements.reserve(this.elements.rows + length)
  }

  setNull(): void {
    this.lengths.push(-1)
  }

  get size(): number {
    return this.elements.size
  }

  /** Repetition and definition levels as a page has them, and of how many entries. */
  levels(): { readonly entries: number; readonly bytes: Uint8Array } {
    const entries = this.lengths.reduce((sum, length) => sum + Math.max(1, length), 0)
    const repetition = new Uint8Array(entries)
    const definition = new Uint8Array(entries)
    let entry = 0
    let element = 0
    for (const length of this.lengths) {
      if (length <= 0) definition[entry++] = length < 0 ? level.nullList : level.emptyList
      for (let i = 0; i < length; i++) {
        repetition[entry] = i === 0 ? 0 : 1
        definition[entry++] = this.elements.isValid(element++) ? level.element : level.nullElement
      }
    }
    return { entries, bytes: Buffer.concat([packedLevels(repetition, 1), packedLevels(definition, 2)]) }
  }

  reset(): void {
    this.lengths = []
    this.elements.reset()
  }
}
