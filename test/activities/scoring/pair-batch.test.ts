import { Data, Field, Float64, Int64, RecordBatch, Schema, Struct, Utf8, vectorFromArray } from 'apache-arrow'
import fc from 'fast-check'
import { pairBatch, pairColumns } from '../../../activities/scoring/pair-batch'
import { valueAt } from '../../../activities/scoring/value-at'
import type { Column } from '../../../schemas/column'

const keys: Column[] = [{ name: 'the id', type: 'bigint' }]
const segments: Column[] = [{ name: 'origin', type: 'text' }]
const score: Column = { name: 'score', type: 'double precision' }
const label: Column = { name: 'label', type: 'text' }
const columns = pairColumns({ keys, segments, champion: [score, label], challenger: [score] })

function scannedRows(rows: number): RecordBatch {
  const ids = vectorFromArray(
    Array.from({ length: rows }, (_, row) => BigInt(row * 10)),
    new Int64(),
  ).data[0]!
  const origins = vectorFromArray(
    Array.from({ length: rows }, (_, row) => (row % 3 === 0 ? null : `o${row}`)),
    new Utf8(),
  ).data[0]!
  const fields = [new Field('key.0', ids.type, true), new Field('carry.0', origins.type, true)]
  return new RecordBatch(
    new Schema(fields),
    new Data(new Struct(fields), 0, rows, 0, undefined, [ids, origins]),
  )
}

const picked = (flags: readonly boolean[]): Int32Array =>
  Int32Array.from(flags.flatMap((flag, row) => (flag ? [row] : [])))
const numbers = (rows: Int32Array, plus: number): Data =>
  vectorFromArray(
    Array.from(rows, (row) => row + plus),
    new Float64(),
  ).data[0]!
const texts = (rows: Int32Array): Data =>
  vectorFromArray(
    Array.from(rows, (row) => `label ${row}`),
    new Utf8(),
  ).data[0]!

test('columns have names by position and the types of what stands in them', () => {
  expect(columns).toEqual([
    { name: 'k0', type: 'bigint' },
    { name: 's0', type: 'text' },
    { name: 'a0', type: 'double precision' },
    { name: 'a1', type: 'text' },
    { name: 'b0', type: 'double precision' },
  ])
})

test('each row that either scored stands once, in order; a side that did not score it has nulls', () => {
  const flags = fc.array(fc.tuple(fc.boolean(), fc.boolean()), { maxLength: 40 })
  fc.assert(
    fc.property(flags, (both) => {
      const [a, b] = [picked(both.map(([one]) => one)), picked(both.map(([, two]) => two))]
      const batch = pairBatch(scannedRows(both.length), ['key.0', 'carry.0'], columns, [
        { rows: a, predictions: [numbers(a, 0.25), texts(a)] },
        { rows: b, predictions: [numbers(b, 0.5)] },
      ])
      const expected = both.flatMap(([inA, inB], row) =>
        inA || inB
          ? [
              [
                BigInt(row * 10),
                row % 3 === 0 ? null : `o${row}`,
                inA ? row + 0.25 : null,
                inA ? `label ${row}` : null,
                inB ? row + 0.5 : null,
              ],
            ]
          : [],
      )
      const found = expected.map((_, row) => batch.data.children.map((data) => valueAt(data, row)))
      expect(batch.numRows).toBe(expected.length)
      expect(found).toEqual(expected)
    }),
  )
})
