import { Int64, Utf8 } from 'apache-arrow'
import { quarantinedRows } from '../../../activities/scoring/quarantined-rows'
import { column, scannedBatch } from '../features/scanned-batch'

const fault = (index: number) => ({ index, column: 'a', reason: 'MISSING', detail: 'null' }) as const
const batch = scannedBatch({
  'key.0': column(new Int64(), [2n ** 60n, 2n, 3n]),
  'key.1': column(new Utf8(), ['x', null, `a\0b${'y'.repeat(3_000)}`]),
})

test('a fault is reported with the row’s number and key, each value as text', () => {
  expect(quarantinedRows(batch, [fault(0), fault(1)], 2)).toEqual([
    {
      rowNumber: 0,
      key: ['1152921504606846976', 'x'],
      column: 'a',
      reason: 'MISSING',
      detail: 'null',
      raw: null,
    },
    { rowNumber: 1, key: ['2', null], column: 'a', reason: 'MISSING', detail: 'null', raw: null },
  ])
})

test('a key that jsonb would refuse or nobody would read is made readable', () => {
  const [row] = quarantinedRows(batch, [fault(2)], 2)
  expect(row?.key[1]).toBe(`a\u2400b${'y'.repeat(1_997)}… (3003 characters)`)
})
