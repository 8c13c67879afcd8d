import { graphNodes, hasSubgraphs, nodeFields } from '../onnx/extract-graph'
import { textsOf, type MessageField } from '../onnx/message-fields'
import { readAttributes, type Attributes } from '../onnx/node-attributes'

/** A tree: a leaf is a number; of an inner node, rows with `x <= threshold` go left, others right. */
export type Tree = number | TreeNode

export interface TreeNode {
  readonly feature: number
  /** float32; not NaN. */
  readonly threshold: number
  /** Where rows go that have no value. */
  readonly missing: 'left' | 'right'
  readonly left: Tree
  readonly right: Tree
}

/** The one tree ensemble of a model's graph. */
export interface TreeEnsemble {
  /** The tensor that it reads: float32, [N, features]. */
  readonly input: string
  /** In the order in which they are added up. */
  readonly trees: readonly { readonly root: Tree; readonly target: number }[]
  /** Sums of a row. */
  readonly targets: number
  /** Added to each target's sum, last. */
  readonly base: readonly number[]
  readonly output:
    /** float32, [N, targets]: the sums. */
    | { readonly kind: 'sums'; readonly name: string }
    /** Two classes by one sum s: probabilities float32 [N, 2], logistic(-s) and logistic(s); the label [N] of the larger one. */
    | {
        readonly kind: 'binary'
        readonly label: string
        readonly probabilities: string
        readonly labels: readonly number[] | readonly string[]
      }
}

/** More than that are faster node by node: the kernel looks at all of them for each row. */
const nodesAtMost = 65_536

/**
 * The model's tree ensemble, where it has just one and the kernel can score it: TreeEnsembleRegressor that sums without
 * post_transform, and the TreeEnsembleClassifier of two classes by one sum with LOGISTIC, as LightGBM and XGBoost are
 * exported; float32, one weight a leaf, nodes that compare by order.
 * @param model a ModelProto
 */
export function readEnsemble(model: Uint8Array): TreeEnsemble | null {
  const nodes = graphNodes(model)
  if (nodes.some(hasSubgraphs)) return null
  const [node, ...others] = nodes.filter((one) => opType(one).startsWith('TreeEnsemble'))
  if (!node || others.length > 0 || textsOf(node, nodeFields.domain)[0] !== 'ai.onnx.ml') return null
  const attributes = readAttributes(
    node.filter(({ number }) => number === nodeFields.attributes).map(({ content }) => content!),
  )
  if ([...attributes.values()].some(({ kind }) => kind === 'other')) return null // in double precision
  const [input] = textsOf(node, nodeFields.inputs)
  const outputs = textsOf(node, nodeFields.outputs)
  const form =
    opType(node) === 'TreeEnsembleRegressor'
      ? regressor(attributes, outputs)
      : opType(node) === 'TreeEnsembleClassifier'
        ? binaryClassifier(attributes, outputs)
        : null
  if (input === undefined || form === null) return null
  const trees = readTrees(attributes, form.leaves, form.targets)
  return trees && { input, trees, targets: form.targets, base: form.base, output: form.output }
}

interface Form extends Pick<TreeEnsemble, 'targets' | 'base' | 'output'> {
  /** What the leaves' attributes begin with. */
  readonly leaves: 'target' | 'class'
}

function regressor(attributes: Attributes, [name]: readonly string[]): Form | null {
  const targets = attributes.get('n_targets')
  const base = numbersIn(attributes, 'base_values')
  if (targets?.kind !== 'int' || name === undefined) return null
  if (base.length > 0 && base.length !== targets.value) return null
  if (textIn(attributes, 'post_transform', 'NONE') !== 'NONE') return null
  if (textIn(attributes, 'aggregate_function', 'SUM') !== 'SUM') return null
  return { leaves: 'target', targets: targets.value, base, output: { kind: 'sums', name } }
}

function binaryClassifier(attributes: Attributes, [label, probabilities]: readonly string[]): Form | null {
  const labels = attributes.get('classlabels_int64s') ?? attributes.get('classlabels_strings')
  const base = numbersIn(attributes, 'base_values')
  const isOneSum =
    (labels?.kind === 'ints' || labels?.kind === 'texts') &&
    labels.values.length === 2 &&
    new Set(numbersIn(attributes, 'class_ids')).size === 1 &&
    numbersIn(attributes, 'class_weights').some((weight) => weight < 0) && // all positive: taken for probabilities
    textIn(attributes, 'post_transform', 'NONE') === 'LOGISTIC' &&
    base.length <= 1
  if (!isOneSum || label === undefined || !probabilities) return null
  const output = { kind: 'binary', label, probabilities, labels: labels.values } as const
  return { leaves: 'class', targets: 1, base, output }
}

function readTrees(
  attributes: Attributes,
  leaves: Form['leaves'],
  targets: number,
): TreeEnsemble['trees'] | null {
  const column = (name: string): readonly number[] => numbersIn(attributes, `nodes_${name}`)
  const [treeIds, nodeIds, features, thresholds] = ['treeids', 'nodeids', 'featureids', 'values'].map(column)
  const [yes, no, missing] = ['truenodeids', 'falsenodeids', 'missing_value_tracks_true'].map(column)
  const modes = attributes.get('nodes_modes')
  if (modes?.kind !== 'texts' || treeIds!.length > nodesAtMost) return null

  const key = (tree: number, node: number): string => `${tree} ${node}`
  const places = new Map(treeIds!.map((tree, place) => [key(tree, nodeIds![place]!), place]))
  const weights = new Map<string, { readonly target: number; readonly value: number }>()
  const ids = ['treeids', 'nodeids', 'ids', 'weights'].map((name) =>
    numbersIn(attributes, `${leaves}_${name}`),
  )
  for (const [i, tree] of ids[0]!.entries()) {
    const leaf = key(tree, ids[1]![i]!)
    if (weights.has(leaf)) return null // several sums a leaf
    weights.set(leaf, { target: leaves === 'class' ? 0 : ids[2]![i]!, value: ids[3]![i]! })
  }

  const grow = (tree: number, node: number, seen: Set<number>): Tree | null => {
    const place = places.get(key(tree, node))
    const mode = place === undefined ? undefined : modes.values[place]
    if (place === undefined || mode === undefined) return null
    if (mode === 'LEAF') {
      const weight = weights.get(key(tree, node))
      if (weight) seen.add(weight.target)
      return weight?.value ?? null
    }
    const threshold = thresholdOf(mode, thresholds![place]!)
    const whenTrue = grow(tree, yes![place]!, seen)
    const whenFalse = grow(tree, no![place]!, seen)
    if (Number.isNaN(threshold) || whenTrue === null || whenFalse === null) return null
    const isLessLeft = mode === 'BRANCH_LEQ' || mode === 'BRANCH_LT'
    const missingIsTrue = (missing![place] ?? 0) !== 0
    return {
      feature: features![place]!,
      threshold,
      missing: missingIsTrue === isLessLeft ? 'left' : 'right',
      left: isLessLeft ? whenTrue : whenFalse,
      right: isLessLeft ? whenFalse : whenTrue,
    }
  }
  const trees: { root: Tree; target: number }[] = []
  for (const tree of new Set(treeIds)) {
    const seen = new Set<number>()
    const root = grow(tree, nodeIds![treeIds!.indexOf(tree)]!, seen)
    const [target = targets] = seen
    if (root === null || seen.size !== 1 || target >= targets) return null
    trees.push({ root, target })
  }
  return trees
}

/** x < t is x <= the float32 below t; NaN where a node compares otherwise than by order. */
function thresholdOf(mode: string, threshold: number): number {
  if (mode === 'BRANCH_LEQ' || mode === 'BRANCH_GT') return threshold
  if (mode === 'BRANCH_LT' || mode === 'BRANCH_GTE') return nextBelow(threshold)
  return NaN
}

function nextBelow(value: number): number {
  const floats = new Float32Array([value])
  const bits = new Int32Array(floats.buffer)
  if (value === -Infinity) return NaN
  bits[0] = value === 0 ? -0x7fffffff : bits[0]! + (value > 0 ? -1 : 1)
  return floats[0]!
}

const opType = (node: readonly MessageField[]): string => textsOf(node, nodeFields.opType)[0] ?? ''

function numbersIn(attributes: Attributes, name: string): readonly number[] {
  const value = attributes.get(name)
  return value?.kind === 'ints' || value?.kind === 'floats' ? value.values : []
}

function textIn(attributes: Attributes, name: string, otherwise: string): string {
  const value = attributes.get(name)
  return value?.kind === 'text' ? value.value : otherwise
}
