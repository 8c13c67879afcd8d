import { Tensor, type InferenceSession } from 'onnxruntime-node'
import { extractGraph, type GivenTensor } from '../onnx/extract-graph'
import type { ModelSession } from '../open-session'
import { writeLogistic } from './write-logistic'
import type { TreeEnsemble } from './tree-ensemble'
import { TreeScorer } from './tree-scorer'

type Tensors = Record<string, Tensor>
/** Tensors, made where they are asked for. */
type Sources = Record<string, () => Tensor>

/** A part of the graph that ONNX Runtime runs. */
interface Part {
  readonly session: InferenceSession
  readonly inputs: readonly string[]
}

/**
 * A model whose tree ensemble is scored by the kernel and the rest of whose graph, before it and after it, by ONNX Runtime:
 * its answers are ONNX Runtime's own, bit for bit where openTrees found them so.
 */
export class TreeSession implements ModelSession {
  private scorer: { readonly features: number; readonly trees: TreeScorer } | null = null
  /** By the tensors that it makes; null where there is nothing to make. */
  private readonly parts = new Map<string, Promise<Part | null>>()

  constructor(
    private readonly bytes: Uint8Array,
    private readonly ensemble: TreeEnsemble,
    private readonly open: (bytes: Uint8Array) => Promise<InferenceSession>,
  ) {}

  async run(feeds: Tensors, names: readonly string[]): Promise<Tensors> {
    const fed: Sources = Object.fromEntries(
      Object.entries(feeds).map(([name, tensor]) => [name, () => tensor]),
    )
    const { [this.ensemble.input]: input } = await this.make([this.ensemble.input], fed, this.ownInput(feeds))
    const sums = this.scorerOf(input!.dims[1]!).sumsOf(input!.data as Float32Array)
    return this.make(names, { ...fed, ...this.answer(sums, input!.dims[0]!) }, this.given)
  }

  async release(): Promise<void> {
    for (const part of this.parts.values()) await (await part)?.session.release()
    this.parts.clear()
  }

  private scorerOf(features: number): TreeScorer {
    if (this.scorer?.features !== features)
      this.scorer = { features, trees: new TreeScorer(this.ensemble, features) }
    return this.scorer.trees
  }

  private async make(
    names: readonly string[],
    from: Sources,
    given: readonly GivenTensor[],
  ): Promise<Tensors> {
    const key = names.join('\n')
    const opened = this.parts.get(key) ?? this.openPart(names, given)
    this.parts.set(key, opened)
    const part = await opened
    const take = (wanted: readonly string[]): Tensors =>
      Object.fromEntries(wanted.map((name) => [name, from[name]!()]))
    return part ? part.session.run(take(part.inputs), [...names]) : take(names)
  }

  private async openPart(names: readonly string[], given: readonly GivenTensor[]): Promise<Part | null> {
    const part = extractGraph(this.bytes, names, given)
    return part && { session: await this.open(part.bytes), inputs: part.inputs }
  }

  /** The tree's input needs no part of the graph where the model is fed with it. */
  private ownInput(feeds: Tensors): GivenTensor[] {
    const { input } = this.ensemble
    return input in feeds ? [{ name: input, type: 'float32' }] : []
  }

  private get given(): GivenTensor[] {
    const { output } = this.ensemble
    if (output.kind === 'sums') return [{ name: output.name, type: 'float32' }]
    const label = typeof output.labels[0] === 'string' ? 'string' : 'int64'
    return [
      { name: output.probabilities, type: 'float32' },
      { name: output.label, type: label },
    ]
  }

  /** The ensemble's own outputs. */
  private answer(sums: Float32Array, rows: number): Sources {
    const { output, targets } = this.ensemble
    if (output.kind === 'sums') return { [output.name]: () => new Tensor('float32', sums, [rows, targets]) }
    return {
      [output.probabilities]: () => probabilitiesOf(sums),
      [output.label]: () => labelsOf(sums, output.labels),
    }
  }
}

function probabilitiesOf(sums: Float32Array): Tensor {
  const probabilities = new Float32Array(2 * sums.length)
  for (let row = 0; row < sums.length; row += 1) writeLogistic(sums[row]!, probabilities, 2 * row)
  return new Tensor('float32', probabilities, [sums.length, 2])
}

function labelsOf(sums: Float32Array, labels: readonly number[] | readonly string[]): Tensor {
  const place = (sum: number): 0 | 1 => (sum > 0 ? 1 : 0)
  if (typeof labels[0] === 'string')
    return new Tensor(
      'string',
      Array.from(sums, (sum) => labels[place(sum)] as string),
      [sums.length],
    )
  const numbers = labels.map(BigInt)
  return new Tensor(
    'int64',
    BigInt64Array.from(sums, (sum) => numbers[place(sum)]!),
    [sums.length],
  )
}
