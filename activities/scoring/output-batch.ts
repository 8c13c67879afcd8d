import { Field, RecordBatch, Schema, Struct, Data } from 'apache-arrow'
import type { Column } from '../../schemas/column'
import { scanColumns } from '../data/scan-plan'
import { columnOf } from '../features/check-keys'
import type { ScoredBatch } from './batch-scorer'
import { takeRows } from './take-rows'

/** What the sinks get of a scored batch: keys, carried columns, predictions, of the scored rows alone. */
export function outputBatch(
  scanned: RecordBatch,
  { rows, predictions }: ScoredBatch,
  columns: {
    readonly keys: readonly Column[]
    readonly carry: readonly Column[]
    readonly predictions: readonly Column[]
  },
): RecordBatch {
  const names = [
    ...columns.keys.map((_, i) => scanColumns.key(i)),
    ...columns.carry.map((_, i) => scanColumns.carry(i)),
  ]
  const read = names.map((name) => columnOf(scanned, name))
  const kept = rows.length === scanned.numRows ? read : read.map((data) => takeRows(data, rows))
  const children = [...kept, ...predictions]
  const all = [...columns.keys, ...columns.carry, ...columns.predictions]
  const fields = all.map(({ name }, i) => new Field(name, children[i]!.type, true))
  const struct = new Data(new Struct(fields), 0, rows.length, 0, undefined, children)
  return new RecordBatch(new Schema(fields), struct)
}
