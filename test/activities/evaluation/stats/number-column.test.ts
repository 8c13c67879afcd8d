import { hasValue } from '../../../../activities/evaluation/stats/number-column'

test('a bit per row, least significant first', () => {
  const validity = Uint8Array.of(0b0000_0101, 0b1000_0000)
  const set = Array.from({ length: 16 }, (_, bit) => bit).filter((bit) => hasValue(validity, bit))
  expect(set).toEqual([0, 2, 15])
})
