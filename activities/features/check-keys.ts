import type { Data, RecordBatch } from 'apache-arrow'
import type { Column } from '../../schemas/column'
import { bitAt, validityOf } from '../data/sinks/arrow-form'
import { scanColumns } from '../data/scan-plan'
import { bytesOf, offsetsOf } from './arrow-buffers'
import type { RowFaults } from './row-faults'

/** Postgres's index entries end at about 2,700 bytes; the key shares its entry with batch and revision. */
const keyBytesAtMost = 2_000

/** Bytes of a value in an index entry, for types of one width; others have their own. */
const fixedBytes: Partial<Record<Column['type'], number>> = {
  boolean: 1,
  smallint: 2,
  integer: 4,
  real: 4,
  date: 4,
  uuid: 16,
}

/** Checks what Postgres would refuse in keys and carried text: KEY_NULL, then KEY_TOO_LONG, then TEXT_HAS_NUL. */
export function checkKeys(
  batch: RecordBatch,
  keys: readonly Column[],
  carry: readonly Column[],
  faults: RowFaults,
): void {
  const keyData = keys.map((_, i) => columnOf(batch, scanColumns.key(i)))
  const carryData = carry.map((_, i) => columnOf(batch, scanColumns.carry(i)))
  keys.forEach((key, i) => findNulls(key, keyData[i]!, faults))
  findLongKeys(keys, keyData, batch.numRows, faults)
  keys.forEach((key, i) => findNul(key, keyData[i]!, faults))
  carry.forEach((column, i) => findNul(column, carryData[i]!, faults))
}

/** A column of a scanned batch by its name there. @throws TypeError where the scan left it out: a mistake of ours */
export function columnOf(batch: RecordBatch, name: string): Data {
  const data = batch.data.children[batch.schema.fields.findIndex((field) => field.name === name)]
  if (!data) throw new TypeError(`the scanned batch has no column ${name}`)
  return data
}

function findNulls(key: Column, data: Data, faults: RowFaults): void {
  const validity = validityOf(data)
  if (!validity) return
  for (let row = 0; row < data.length; row += 1)
    if (!bitAt(validity, data.offset + row)) faults.add(row, key.name, 'KEY_NULL', 'null')
}

function findLongKeys(keys: readonly Column[], data: readonly Data[], rows: number, faults: RowFaults): void {
  const varied = data.filter((one, i) => hasOffsets(one) && fixedBytes[keys[i]!.type] === undefined)
  if (varied.length === 0) return
  const fixed = keys.reduce((sum, key, i) => {
    return varied.includes(data[i]!) ? sum : sum + (fixedBytes[key.type] ?? 8)
  }, 0)
  const sizes = new Uint32Array(rows).fill(fixed)
  for (const offsets of varied.map(offsetsOf))
    for (let row = 0; row < rows; row += 1) sizes[row]! += offsets[row + 1]! - offsets[row]!
  const names = keys.map((key) => key.name).join(', ')
  for (let row = 0; row < rows; row += 1)
    if (sizes[row]! > keyBytesAtMost)
      faults.add(row, names, 'KEY_TOO_LONG', `${sizes[row]!} bytes; at most ${keyBytesAtMost}`)
}

function hasOffsets(data: Data): boolean {
  return (data.valueOffsets as Int32Array | undefined) !== undefined
}

const nul = Buffer.from([0])
const escapedNul = Buffer.from('\\u0000')

/** A search through all bytes of the column finds the few rows; looking at each row would cost more than the scan. */
function findNul({ name, type }: Column, data: Data, faults: RowFaults): void {
  if ((type !== 'text' && type !== 'jsonb') || data.length === 0) return
  const offsets = offsetsOf(data)
  const bytes = bytesOf(data)
  const end = offsets[data.length]!
  const searches = type === 'jsonb' ? [nul, escapedNul] : [nul]
  for (const search of searches) {
    let row = 0
    for (
      let at = bytes.indexOf(search, offsets[0]);
      at >= 0 && at < end;
      at = bytes.indexOf(search, at + 1)
    ) {
      while (offsets[row + 1]! <= at) row += 1
      if (search === escapedNul && isEscapedBackslash(bytes, at, offsets[row]!)) continue
      faults.add(row, name, 'TEXT_HAS_NUL', `NUL after ${at - offsets[row]!} bytes`)
    }
  }
}

/** Whether the backslash at `at` is itself escaped: an odd number of backslashes stands before it. */
function isEscapedBackslash(bytes: Uint8Array, at: number, start: number): boolean {
  let before = 0
  while (at - before - 1 >= start && bytes[at - before - 1] === 0x5c) before += 1
  return before % 2 === 1
}
