import { Writer } from 'protobufjs/minimal'

/** Numbers from 0 to 1, the same every time. */
export function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0
    return (state >>> 8) / 2 ** 24
  }
}

export interface TreeModelOptions {
  readonly seed?: number
  readonly trees: number
  readonly leaves: number
  readonly features: number
  /** Of the nodes, in turn. */
  readonly modes?: readonly string[]
  /** Values that the nodes compare with. */
  readonly thresholds?: readonly number[]
  readonly base?: readonly number[]
  /** A regression of so many targets; without it, a classifier of two classes. */
  readonly targets?: number
  readonly labels?: readonly string[]
  /** An operator of one input that x goes through before it comes to the trees. */
  readonly before?: string
  /** More attributes, or others: texts. */
  readonly texts?: Readonly<Record<string, string>>
}

/** An ONNX model of random trees: inputs "x" [N, features]; outputs "y" [N, targets], or "label" and "probabilities". */
export function treeModel(options: TreeModelOptions): Uint8Array {
  const { trees, leaves, features, modes = ['BRANCH_LEQ'], targets, labels, base = [], texts = {} } = options
  const next = randomNumbers(options.seed ?? 1)
  const thresholds = options.thresholds ?? Array.from({ length: 40 }, () => 4 * next() - 2)
  const pick = <T>(from: readonly T[]): T => from[Math.floor(next() * from.length)]!
  const nodes = {
    treeids: [] as number[],
    nodeids: [] as number[],
    featureids: [] as number[],
    truenodeids: [] as number[],
    falsenodeids: [] as number[],
    missing_value_tracks_true: [] as number[],
    values: [] as number[],
    modes: [] as string[],
  }
  const leaf = {
    treeids: [] as number[],
    nodeids: [] as number[],
    ids: [] as number[],
    weights: [] as number[],
  }
  for (let tree = 0; tree < trees; tree += 1) {
    let [id, open] = [0, 1]
    const grow = (): number => {
      const own = id++
      const isLeaf = open >= leaves
      const place = nodes.treeids.push(tree) - 1
      nodes.nodeids.push(own)
      nodes.featureids.push(isLeaf ? 0 : Math.floor(next() * features))
      nodes.values.push(isLeaf ? 0 : pick(thresholds))
      nodes.modes.push(isLeaf ? 'LEAF' : modes[place % modes.length]!)
      nodes.missing_value_tracks_true.push(next() < 0.5 ? 1 : 0)
      nodes.truenodeids.push(0)
      nodes.falsenodeids.push(0)
      if (isLeaf) {
        leaf.treeids.push(tree)
        leaf.nodeids.push(own)
        leaf.ids.push(tree % (targets ?? 1))
        leaf.weights.push(next() - 0.5)
      } else {
        open += 1
        nodes.truenodeids[place] = grow()
        nodes.falsenodeids[place] = grow()
      }
      return own
    }
    grow()
  }
  const own = targets === undefined ? 'class' : 'target'
  const attributes = [
    ...Object.entries(nodes).map(([name, values]) => attribute(`nodes_${name}`, values, name === 'values')),
    ...Object.entries(leaf).map(([name, values]) => attribute(`${own}_${name}`, values, name === 'weights')),
    ...(base.length > 0 ? [attribute('base_values', base, true)] : []),
    ...Object.entries({ ...(targets === undefined && { post_transform: 'LOGISTIC' }), ...texts }).map(
      ([name, value]) => field(5, join([field(1, name), field(4, value), number(20, 3)])),
    ),
    targets === undefined
      ? attribute(labels ? 'classlabels_strings' : 'classlabels_int64s', labels ?? [3, 7], false)
      : field(5, join([field(1, 'n_targets'), number(3, targets), number(20, 2)])),
  ]
  const outputs =
    targets === undefined
      ? ([
          ['label', labels ? 8 : 7],
          ['probabilities', 1],
        ] as const)
      : ([['y', 1]] as const)
  const node = join([
    field(1, options.before ? 'before' : 'x'),
    ...outputs.map(([name]) => field(2, name)),
    field(4, targets === undefined ? 'TreeEnsembleClassifier' : 'TreeEnsembleRegressor'),
    ...attributes,
    field(7, 'ai.onnx.ml'),
  ])
  const graph = join([
    ...(options.before
      ? [field(1, join([field(1, 'x'), field(2, 'before'), field(4, options.before)]))]
      : []),
    field(1, node),
    field(2, 'trees'),
    field(11, valueInfo('x', 1, features)),
    ...outputs.map(([name, type]) => field(12, valueInfo(name, type))),
  ])
  const opset = (domain: string, version: number) => field(8, join([field(1, domain), number(2, version)]))
  return join([number(1, 8), field(7, graph), opset('', 17), opset('ai.onnx.ml', 3)])
}

const join = (parts: readonly Uint8Array[]): Uint8Array => Buffer.concat(parts)

function field(number: number, content: Uint8Array | string): Uint8Array {
  const writer = Writer.create().uint32((number << 3) | 2)
  return (typeof content === 'string' ? writer.string(content) : writer.bytes(content)).finish()
}

function number(no: number, value: number): Uint8Array {
  return Writer.create()
    .uint32(no << 3)
    .int64(value)
    .finish()
}

function attribute(name: string, values: readonly (number | string)[], isFloat: boolean): Uint8Array {
  const float = (value: number) =>
    Writer.create()
      .uint32((7 << 3) | 5)
      .float(value)
      .finish()
  const parts = values.map((value) =>
    typeof value === 'string' ? field(9, value) : isFloat ? float(value) : number(8, value),
  )
  const type = typeof values[0] === 'string' ? 8 : isFloat ? 6 : 7
  return field(5, join([field(1, name), ...parts, number(20, type)]))
}

function valueInfo(name: string, type: number, width?: number): Uint8Array {
  const dimensions = [field(1, field(2, 'N')), ...(width === undefined ? [] : [field(1, number(1, width))])]
  const shape = width === undefined ? [] : [field(2, join(dimensions))]
  return join([field(1, name), field(2, field(1, join([number(1, type), ...shape])))])
}
