import {
  Bool,
  Field,
  FixedSizeList,
  Float32,
  Int32,
  Int64,
  List,
  RecordBatch,
  Schema,
  Struct,
  Utf8,
  makeData,
  vectorFromArray,
  type Data,
  type DataType,
} from 'apache-arrow'
import { batchColumns } from '../../../../activities/evaluation/columns/batch-columns'
import { modelManifestSchema } from '../../../../schemas/model-manifest'

const dataOf = (values: readonly unknown[], type: DataType): Data =>
  vectorFromArray(values as never[], type as never).data[0] as Data

function batchOf(columns: Record<string, Data>): RecordBatch {
  const fields = Object.entries(columns).map(([name, data]) => new Field(name, data.type, true))
  const children = Object.values(columns)
  const struct = makeData({ type: new Struct(fields), length: children[0]!.length, nullCount: 0, children })
  return new RecordBatch(new Schema(fields), struct)
}

const manifest = modelManifestSchema.parse({
  name: 'm',
  task: 'binary',
  features: [
    { name: 'amount', type: 'number', missing: 0 },
    { name: 'count', type: 'number' },
    { name: 'plan', type: 'category', categories: ['basic', 'plus'], unknown: -1 },
    { name: 'active', type: 'boolean' },
    { name: 'note', type: 'text' },
    { name: 'vector', type: 'list', length: 2 },
  ],
})
const pair = new FixedSizeList(2, new Field('item', new Float32(), true))
const scanned = batchOf({
  'feature.0': dataOf([1.5, null, NaN], new Float32()),
  'feature.1': dataOf([1n, 2n, 3n], new Int64()),
  'feature.2': dataOf([1, -1, null], new Int32()),
  'other.2': dataOf([null, 'gold', null], new Utf8()),
  'feature.3': dataOf([true, false, null], new Bool()),
  'feature.4': dataOf(['é', '', null], new Utf8()),
  'feature.5': dataOf([[3, 4], [0, 0], null], pair),
})
const predictions = [
  { name: 'score', type: 'real' as const },
  { name: 'label', type: 'boolean' as const },
]
const scored = {
  rows: Int32Array.of(0, 2),
  predictions: [dataOf([0.25, 0.75], new Float32()), dataOf([false, true], new Bool())],
}
const columns = batchColumns(scanned, scored, { manifest, predictions })
const texts = (name: string) => {
  const column = columns.get(name)!
  if (!('codes' in column)) throw new Error('a column of numbers')
  return Array.from(column.codes, (code) => (code < 0 ? null : column.dictionary[code]))
}
const values = (name: string) => {
  const column = columns.get(name)!
  if ('codes' in column) throw new Error('a column of texts')
  return Array.from(column.values, (value, row) =>
    column.validity && ((column.validity[row >> 3]! >> (row & 7)) & 1) === 0 ? null : value,
  )
}

test('numbers stay as they came: a missing value is not filled, NaN is NaN', () => {
  expect(values('feature/amount')).toEqual([1.5, null, NaN])
  expect(values('feature/count')).toEqual([1, 2, 3])
})

test('a category is its text, also where the model does not know it', () => {
  expect(texts('feature/plan')).toEqual(['plus', 'gold', null])
})

test('booleans are texts, free text its length, a list its length and norm', () => {
  expect(texts('feature/active')).toEqual(['true', 'false', null])
  expect(values('feature/note.length')).toEqual([1, 0, null])
  expect(values('feature/note.empty')).toEqual([0, 1, null])
  expect(values('feature/vector.norm')).toEqual([5, 0, null])
})

test('predictions are missing in the rows that were not scored', () => {
  expect(values('prediction/score')).toEqual([0.25, null, 0.75])
  expect(texts('prediction/label')).toEqual(['false', null, 'true'])
})

test('of a multiclass model the top class is a text; its array of probabilities is left out', () => {
  const list = new List(new Field('item', new Float32(), true))
  const multiclass = modelManifestSchema.parse({
    ...manifest,
    task: 'multiclass',
    output: { classes: ['a', 'b'] },
  })
  const found = batchColumns(
    scanned,
    {
      rows: Int32Array.of(0, 1, 2),
      predictions: [dataOf(['b', 'a', 'b'], new Utf8()), dataOf([[1], [1], [1]], list)],
    },
    {
      manifest: multiclass,
      predictions: [
        { name: 'label', type: 'text' },
        { name: 'probabilities', type: 'real[]' },
      ],
    },
  )
  expect(found.get('prediction/label')).toEqual({ dictionary: ['b', 'a'], codes: Int32Array.of(0, 1, 0) })
  expect(found.has('prediction/probabilities')).toBe(false)
})
