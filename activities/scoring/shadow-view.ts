import { Data, Field, RecordBatch, Schema, Struct } from 'apache-arrow'
import { scanColumns } from '../data/scan-plan'

const ofFeature = [scanColumns.feature, scanColumns.code, scanColumns.other, scanColumns.bad]

/**
 * A batch of a union scan as the second model's own scan would have read it: its features under their own numbers, the
 * same memory.
 * @param places see UnionScan
 */
export function shadowView(
  scanned: RecordBatch,
  {
    keys,
    carry,
    places,
  }: { readonly keys: number; readonly carry: number; readonly places: readonly number[] },
): RecordBatch {
  const at = new Map(scanned.schema.fields.map(({ name }, i) => [name, i]))
  const same = [
    scanColumns.row,
    ...Array.from({ length: keys }, (_, i) => scanColumns.key(i)),
    ...Array.from({ length: carry }, (_, i) => scanColumns.carry(i)),
  ].map((name) => [name, name] as const)
  const renamed = places.flatMap((place, i) =>
    ofFeature.map((nameOf) => [nameOf(i), nameOf(place)] as const).filter(([, from]) => at.has(from)),
  )
  const columns = [...same, ...renamed].map(([name, from]) => ({
    name,
    data: childOf(scanned, at.get(from)),
  }))
  const fields = columns.map(({ name, data }) => new Field(name, data.type, true))
  const children = columns.map(({ data }) => data)
  const struct = new Data(new Struct(fields), 0, scanned.numRows, 0, undefined, children)
  return new RecordBatch(new Schema(fields), struct)
}

function childOf(scanned: RecordBatch, at: number | undefined): Data {
  const data = at === undefined ? undefined : scanned.data.children[at]
  if (!data) throw new TypeError('the scanned batch lacks a column of the shadow')
  return data
}
