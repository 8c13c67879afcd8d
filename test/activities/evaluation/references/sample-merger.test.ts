import { SampleMerger } from '../../../../activities/evaluation/references/sample-merger'
import type { ProfileColumn } from '../../../../activities/evaluation/profiles/profile-column'
import { rowSample, type RowSample } from '../../../../activities/evaluation/profiles/row-sample'

const sampleOf = (start: number, rows: number, more: [string, ProfileColumn][] = []): RowSample => ({
  hashes: BigUint64Array.from({ length: rows }, (_, i) => BigInt(start + 7 * i)),
  columns: new Map([['x', { values: Float64Array.from({ length: rows }, (_, i) => start + i) }], ...more]),
})
const text = (rows: number): ProfileColumn => ({ dictionary: ['a'], codes: new Int32Array(rows) })

test('many samples one after the other are the same as all at once', () => {
  const samples = Array.from({ length: 20 }, (_, i) => sampleOf(i, 30))
  const merger = new SampleMerger(50)
  for (const sample of samples) merger.add(sample)
  expect(merger.extract()).toEqual(rowSample.merge(samples, 50))
  expect(merger.extract()).toEqual(rowSample.merge(samples, 50))
})

test('columns that one lacks, or has of another type, are left out; one without rows changes nothing', () => {
  const merger = new SampleMerger(5)
  merger.add(
    sampleOf(0, 4, [
      ['t', text(4)],
      ['u', text(4)],
      ['v', text(4)],
    ]),
  )
  merger.add(
    sampleOf(1, 4, [
      ['t', text(4)],
      ['u', { values: new Float64Array(4) }],
    ]),
  )
  merger.add({ hashes: new BigUint64Array(), columns: new Map() })
  expect([...merger.extract().columns.keys()]).toEqual(['t', 'x'])
  merger.add(sampleOf(2, 4))
  expect([...merger.extract().columns.keys()]).toEqual(['x'])
})

test('nothing added has no rows', () => {
  expect(new SampleMerger(5).extract()).toEqual({ hashes: new BigUint64Array(), columns: new Map() })
})
