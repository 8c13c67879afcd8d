import type { Tree, TreeEnsemble } from './tree-ensemble'

/** Leaves of a word: a bit each, lowest first. */
export const wordLeaves = 32
/** Rows that the kernel scores at once: a word holds a bit set for each of them. */
export const blockRows = 32

/** An ensemble as the kernel reads it (tree-kernel.wat says how). */
export interface KernelTables {
  /** Of 12 bytes: the feature's place in a row in bytes, what stands for a missing value, the end of its cuts in bytes. */
  readonly columns: DataView<ArrayBuffer>
  /** Of 12 bytes, by column and threshold: threshold, the word's place in bytes, the leaves that stay when x > threshold. */
  readonly cuts: DataView<ArrayBuffer>
  /** Of 8 bytes: words, target. */
  readonly trees: DataView<ArrayBuffer>
  /** 32 a word, the rest zeros. */
  readonly leaves: Float32Array
  readonly words: number
  readonly features: number
}

interface Cut {
  readonly feature: number
  readonly missing: number
  readonly threshold: number
  readonly word: number
  readonly keep: number
}

/**
 * QuickScorer's form of an ensemble (Lucchese et al., SIGIR 2015): a node is a cut of its feature that, for rows beyond it,
 * strikes out the leaves on its left; of the leaves that are left over, the first is the row's. A tree's leaves are bits,
 * from left to right, in words of 32.
 *
 * A feature is a column twice where its missing values go left at some nodes and right at others: as -Infinity, which is
 * beyond no cut, and as NaN, which is beyond each.
 */
export function kernelTables({ trees }: TreeEnsemble): KernelTables {
  const cuts: Cut[] = []
  const leaves: number[] = []
  const wordsOf = trees.map(({ root }) => {
    const first = leaves.length / wordLeaves
    const count = cutTree(root, leaves, cuts, first)
    const words = Math.ceil(count / wordLeaves)
    while (leaves.length < (first + words) * wordLeaves) leaves.push(0)
    return words
  })
  cuts.sort((a, b) => columnOf(a) - columnOf(b) || a.threshold - b.threshold || a.word - b.word)
  const columns = cuts.filter((cut, i) => i === 0 || columnOf(cut) !== columnOf(cuts[i - 1]!))

  return {
    columns: table(columns, 12, (view, at, cut) => {
      view.setUint32(at, 4 * cut.feature, true)
      view.setFloat32(at + 4, cut.missing, true)
      view.setUint32(at + 8, 12 * (cuts.findLastIndex((one) => columnOf(one) === columnOf(cut)) + 1), true)
    }),
    cuts: table(cuts, 12, (view, at, { threshold, word, keep }) => {
      view.setFloat32(at, threshold, true)
      view.setUint32(at + 4, 4 * blockRows * word, true)
      view.setInt32(at + 8, keep, true)
    }),
    trees: table(trees, 8, (view, at, { target }) => {
      view.setUint32(at, wordsOf[at / 8]!, true)
      view.setUint32(at + 4, target, true)
    }),
    leaves: Float32Array.from(leaves),
    words: leaves.length / wordLeaves,
    features: 1 + cuts.reduce((most, { feature }) => Math.max(most, feature), -1),
  }
}

const columnOf = ({ feature, missing }: Cut): number => 2 * feature + (Number.isNaN(missing) ? 1 : 0)

/** Adds the tree's leaves and cuts. @returns how many leaves it has */
function cutTree(root: Tree, leaves: number[], cuts: Cut[], firstWord: number): number {
  const start = firstWord * wordLeaves
  const visit = (tree: Tree): void => {
    if (typeof tree === 'number') {
      leaves.push(tree)
      return
    }
    const from = leaves.length
    visit(tree.left)
    const to = leaves.length
    const missing = tree.missing === 'left' ? -Infinity : NaN
    for (let word = Math.floor(from / wordLeaves); word * wordLeaves < to; word += 1) {
      const [low, high] = [
        Math.max(0, from - word * wordLeaves),
        Math.min(wordLeaves, to - word * wordLeaves),
      ]
      cuts.push({ ...tree, missing, word, keep: ~(Number((1n << BigInt(high)) - (1n << BigInt(low))) | 0) })
    }
    visit(tree.right)
  }
  visit(root)
  return leaves.length - start
}

function table<T>(
  rows: readonly T[],
  bytes: number,
  write: (view: DataView<ArrayBuffer>, at: number, row: T) => void,
): DataView<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(rows.length * bytes))
  rows.forEach((row, i) => write(view, i * bytes, row))
  return view
}
