import { Field, RecordBatch, Schema, Struct, Data } from 'apache-arrow'
import type { Column } from '../../schemas/column'
import { columnOf } from '../features/check-keys'
import type { ScoredBatch } from './batch-scorer'
import { takeRows } from './take-rows'

type Side = Pick<ScoredBatch, 'rows' | 'predictions'>

/**
 * The columns of a pair file by position: keys k0 …, segments s0 …, the champion's predictions a0 …, the challenger's b0 …,
 * each of its own type. Users' names can hold anything; which is which, job and manifests tell.
 */
export function pairColumns(of: {
  readonly keys: readonly Column[]
  readonly segments: readonly Column[]
  readonly champion: readonly Column[]
  readonly challenger: readonly Column[]
}): Column[] {
  const numbered = (letter: string, columns: readonly Column[]): Column[] =>
    columns.map(({ type }, i) => ({ name: `${letter}${i}`, type }))
  return [
    ...numbered('k', of.keys),
    ...numbered('s', of.segments),
    ...numbered('a', of.champion),
    ...numbered('b', of.challenger),
  ]
}

/**
 * What two models made of a scanned batch, side by side: one row for each that either scored, in the batch's order; a model
 * that did not score it has nulls there.
 * @param read the scan's columns of keys and segments, in order
 */
export function pairBatch(
  scanned: RecordBatch,
  read: readonly string[],
  columns: readonly Column[],
  sides: readonly [champion: Side, challenger: Side],
): RecordBatch {
  const [champion, challenger] = sides
  const { rows, places } = joinRows(champion.rows, challenger.rows, scanned.numRows)
  const shared = read.map((name) => columnOf(scanned, name))
  const children = [
    ...(rows.length === scanned.numRows ? shared : shared.map((data) => takeRows(data, rows))),
    ...sides.flatMap(({ predictions }, side) => {
      const taken = places[side]
      return taken ? predictions.map((data) => takeRows(data, taken)) : predictions
    }),
  ]
  const fields = columns.map(({ name }, i) => new Field(name, children[i]!.type, true))
  const struct = new Data(new Struct(fields), 0, rows.length, 0, undefined, children)
  return new RecordBatch(new Schema(fields), struct)
}

/** Which rows either side has, and where in each side they are: -1 where it lacks them, null where it has just these rows. */
function joinRows(
  a: Int32Array,
  b: Int32Array,
  scannedRows: number,
): { readonly rows: Int32Array; readonly places: readonly [Int32Array | null, Int32Array | null] } {
  const inA = placesOf(a, scannedRows)
  const inB = placesOf(b, scannedRows)
  const all: number[] = []
  for (let row = 0; row < scannedRows; row += 1) if (inA[row]! >= 0 || inB[row]! >= 0) all.push(row)
  const rows = Int32Array.from(all)
  const places = (inSide: Int32Array, side: Int32Array): Int32Array | null =>
    side.length === rows.length ? null : rows.map((row) => inSide[row]!)
  return { rows, places: [places(inA, a), places(inB, b)] }
}

function placesOf(rows: Int32Array, scannedRows: number): Int32Array {
  const places = new Int32Array(scannedRows).fill(-1)
  for (let i = 0; i < rows.length; i += 1) places[rows[i]!] = i
  return places
}
