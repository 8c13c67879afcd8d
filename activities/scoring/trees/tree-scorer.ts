import { kernelMemory } from '../../evaluation/stats/webassembly'
import { blockRows, kernelTables } from './kernel-tables'
import type { TreeEnsemble } from './tree-ensemble'
import { treeKernel } from './tree-kernel'

/** What of the rows is in the kernel's memory at once: it stays in the processor's second cache. */
const chunkBytes = 128 * 1024

/** An ensemble's sums, by the kernel: 0.35 us a row for 100 trees of 31 leaves where ONNX Runtime takes 3. */
export class TreeScorer {
  private readonly score: (rows: number) => void
  private readonly input: Float32Array
  private readonly sums: Float32Array
  private readonly chunkRows: number

  /** @param features values of a row */
  constructor(
    private readonly ensemble: TreeEnsemble,
    private readonly features: number,
  ) {
    const tables = kernelTables(ensemble)
    if (tables.features > features)
      throw new RangeError(`the trees read ${tables.features} features, a row has ${features}`)
    const rows = Math.max(1, Math.floor(chunkBytes / (4 * features * blockRows))) * blockRows
    this.chunkRows = rows

    let end = 0
    const place = (bytes: number): number => {
      const start = end
      end += Math.ceil(bytes / 16) * 16
      return start
    }
    const [columns, cuts, trees, leaves] = [tables.columns, tables.cuts, tables.trees, tables.leaves].map(
      (view) => ({
        view,
        at: place(view.byteLength),
      }),
    )
    const words = { at: place(4 * blockRows * tables.words), bytes: 4 * blockRows * tables.words }
    const [input, sums, values] = [rows * features, rows * ensemble.targets, blockRows].map((floats) =>
      place(4 * floats),
    )

    const memory = kernelMemory(end)
    const bytes = new Uint8Array(memory.buffer)
    for (const { view, at } of [columns!, cuts!, trees!, leaves!])
      bytes.set(new Uint8Array(view.buffer, view.byteOffset, view.byteLength), at)
    this.input = new Float32Array(memory.buffer, input, rows * features)
    this.sums = new Float32Array(memory.buffer, sums, rows * ensemble.targets)
    const score = treeKernel(memory)
    this.score = (count) =>
      score(
        count,
        input!,
        4 * features,
        columns!.at,
        columns!.at + columns!.view.byteLength,
        cuts!.at,
        trees!.at,
        trees!.at + trees!.view.byteLength,
        leaves!.at,
        words.at,
        words.at + words.bytes,
        sums!,
        values!,
      )
  }

  /** @param values float32, [rows, features], row-major @returns float32, [rows, targets], row-major */
  sumsOf(values: Float32Array): Float32Array {
    const { targets, base } = this.ensemble
    const rows = values.length / this.features
    const all = new Float32Array(rows * targets)
    for (let start = 0; start < rows; start += this.chunkRows) {
      const count = Math.min(this.chunkRows, rows - start)
      const padded = Math.ceil(count / blockRows) * blockRows
      this.input.set(values.subarray(start * this.features, (start + count) * this.features))
      this.sums.fill(0)
      this.score(padded)
      for (let target = 0; target < targets; target += 1) {
        const constant = base[target] ?? 0
        for (let row = 0; row < count; row += 1)
          all[(start + row) * targets + target] = this.sums[target * padded + row]! + constant
      }
    }
    return all
  }
}
