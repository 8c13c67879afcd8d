import { DataType, Field, Float32, Schema, type RecordBatch } from 'apache-arrow'
import { openSandbox } from '../activities/data/sandbox'
import { quoteIdentifier, quoteLiteral } from '../activities/data/quote-identifier'
import { scanBatches } from '../activities/data/scan-batches'
import type { ProfileColumn, ProfileColumns } from '../activities/evaluation/profiles/profile-column'
import type { NumberColumn } from '../activities/evaluation/stats/number-column'

/** A Parquet file of float32 columns in memory, in batches as a run scans them. */
export async function readBatches(folder: string, file: string): Promise<ProfileColumns[]> {
  const sandbox = await openSandbox([folder], { threads: 1 })
  const from = `FROM ${quoteLiteral(file)}`
  const names = (await sandbox.rows(`DESCRIBE SELECT * ${from}`)).map((row) => String(row['column_name']))
  const schema = new Schema(names.map((name) => new Field(name, new Float32(), true)))
  const chunks = sandbox.stream(`SELECT ${names.map(quoteIdentifier).join(', ')} ${from}`)
  const batches: ProfileColumns[] = []
  for await (const batch of scanBatches(chunks, schema)) batches.push(columnsOf(batch))
  sandbox.close()
  return batches
}

function columnsOf({ schema, data }: RecordBatch): Map<string, NumberColumn> {
  return new Map(
    schema.fields.map(({ name, type }, i) => {
      const column = data.children[i]!
      if (!DataType.isFloat(type)) throw new TypeError(`${name} is ${String(type)}, expected is float32`)
      const validity = column.nullCount > 0 ? column.nullBitmap : undefined
      return [name, { values: column.values as Float32Array, validity, bitOffset: column.offset }]
    }),
  )
}

/** Batches put together to whole columns. */
export function wholeColumns(batches: readonly ProfileColumns[]): Map<string, NumberColumn> {
  return new Map([...(batches[0]?.keys() ?? [])].map((name) => [name, whole(batches, name)]))
}

function whole(batches: readonly ProfileColumns[], name: string): NumberColumn {
  const parts = batches.map((batch) => numbers(batch.get(name)))
  const rows = parts.reduce((sum, { values }) => sum + values.length, 0)
  const values = new Float32Array(rows)
  const validity = new Uint8Array(Math.ceil(rows / 8))
  let at = 0
  for (const part of parts) {
    values.set(part.values, at)
    for (let row = 0; row < part.values.length; row += 1, at += 1)
      if (hasRow(part, row)) validity[at >> 3]! |= 1 << (at & 7)
  }
  return { values, validity }
}

function hasRow({ validity, bitOffset = 0 }: NumberColumn, row: number): boolean {
  return validity === undefined || ((validity[(bitOffset + row) >> 3]! >> ((bitOffset + row) & 7)) & 1) === 1
}

/** @throws TypeError for texts or no column */
export function numbers(column: ProfileColumn | undefined): NumberColumn {
  if (column === undefined || !('values' in column)) throw new TypeError('the column is not one of numbers')
  return column
}
