import { Writer } from 'protobufjs/minimal'
import { contentField, joinFields, messageFields, textsOf, type MessageField } from './message-fields'

/** Numbers of fields in onnx.proto. */
const modelFields = { graph: 7 } as const
const graphFields = { node: 1, input: 11, output: 12, valueInfo: 13 } as const
export const nodeFields = { inputs: 1, outputs: 2, opType: 4, attributes: 5, domain: 7 } as const
const attributeFields = { graph: 6, graphs: 11 } as const

/** TensorProto.DataType. */
const elementTypeNumbers = { float32: 1, int64: 7, string: 8 } as const

/** A tensor that is handed to a part of a graph. */
export interface GivenTensor {
  readonly name: string
  readonly type: keyof typeof elementTypeNumbers
}

/** The fields of each node of a ModelProto's graph, in the order in which they are run. */
export function graphNodes(model: Uint8Array): MessageField[][] {
  return messageFields(graphOf(model))
    .filter(({ number, content }) => number === graphFields.node && content !== null)
    .map(({ content }) => messageFields(content!))
}

/** Whether a node holds graphs of its own (If, Loop, Scan), which may read tensors that its inputs don't name. */
export function hasSubgraphs(node: readonly MessageField[]): boolean {
  return node.some(
    ({ number, content }) =>
      number === nodeFields.attributes &&
      content !== null &&
      messageFields(content).some(
        (field) => field.number === attributeFields.graph || field.number === attributeFields.graphs,
      ),
  )
}

/**
 * The part of a model's graph that makes some of its tensors from others, as a model of its own.
 * @param model a ModelProto without subgraphs
 * @param outputs names of tensors to be made
 * @param given tensors that are handed in instead of being made, beside the model's own inputs
 * @returns the part, and the inputs that it needs; where every output is given there is no part
 */
export function extractGraph(
  model: Uint8Array,
  outputs: readonly string[],
  given: readonly GivenTensor[],
): { readonly bytes: Uint8Array; readonly inputs: readonly string[] } | null {
  const handed = new Map(given.map((tensor) => [tensor.name, tensor]))
  if (outputs.every((name) => handed.has(name))) return null
  const fields = messageFields(graphOf(model))
  const wanted = new Set(outputs)
  const kept = new Set<MessageField>()
  for (const field of fields.filter(({ number }) => number === graphFields.node).reverse()) {
    const node = messageFields(field.content!)
    if (!textsOf(node, nodeFields.outputs).some((name) => wanted.has(name) && !handed.has(name))) continue
    kept.add(field)
    for (const name of textsOf(node, nodeFields.inputs)) wanted.add(name)
  }
  const inputs: string[] = []
  const parts = fields.flatMap((field) => {
    if (field.number === graphFields.node) return kept.has(field) ? [field.whole] : []
    if (field.number === graphFields.output || field.number === graphFields.valueInfo) return []
    if (field.number !== graphFields.input) return [field.whole]
    const name = nameOf(field)
    if (!wanted.has(name)) return []
    inputs.push(name)
    return [field.whole]
  })
  for (const tensor of given) {
    if (!wanted.has(tensor.name)) continue
    inputs.push(tensor.name)
    parts.push(contentField(graphFields.input, valueInfo(tensor)))
  }
  const own = new Map(
    fields.filter(({ number }) => number === graphFields.output).map((field) => [nameOf(field), field.whole]),
  )
  for (const name of outputs)
    parts.push(own.get(name) ?? contentField(graphFields.output, valueInfo({ name, type: 'float32' })))
  const graph = joinFields(parts)
  const bytes = joinFields(
    messageFields(model).map(({ number, whole }) =>
      number === modelFields.graph ? contentField(modelFields.graph, graph) : whole,
    ),
  )
  return { bytes, inputs }
}

function graphOf(model: Uint8Array): Uint8Array {
  return messageFields(model).find(({ number }) => number === modelFields.graph)?.content ?? new Uint8Array()
}

function nameOf(valueInfoField: MessageField): string {
  return textsOf(messageFields(valueInfoField.content!), 1)[0] ?? ''
}

/** A ValueInfoProto: name 1, type 2 { tensor_type 1 { elem_type 1 } }; of any shape. */
function valueInfo({ name, type }: GivenTensor): Uint8Array {
  const tensor = Writer.create()
    .uint32(1 << 3)
    .int32(elementTypeNumbers[type])
    .finish()
  return joinFields([contentField(1, Buffer.from(name)), contentField(2, contentField(1, tensor))])
}
