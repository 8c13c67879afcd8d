import { arrivalsAtHand, type KeptArrival } from '../../../../activities/evaluation/labels/label-arrivals'

const scoredAt = new Date('2013-07-04')
const arrival = (
  loadId: number,
  batch: string | null,
  arrivedAt: string,
  isDropped = false,
): KeptArrival => ({
  loadId,
  batch,
  sha256: String(loadId),
  file: `labels/j/${loadId}.parquet`,
  rows: 1,
  arrivedAt: new Date(arrivedAt),
  isDropped,
})

test('labels of other times that were dropped concern nobody; those at hand are taken', () => {
  const before = arrival(1, null, '2013-07-01', true)
  const at = [arrival(2, null, '2013-07-02'), arrival(3, 'b', '2013-07-05')]
  expect(arrivalsAtHand([before, ...at], scoredAt)).toEqual(at)
})

test.each([
  ['the batch’s own', arrival(1, 'b', '2013-07-05', true)],
  ['those for whichever batch, that came after it was scored', arrival(1, null, '2013-07-05', true)],
])('a batch is not judged anew on what is left where %s were dropped', (_, dropped) => {
  expect(() => arrivalsAtHand([dropped, arrival(2, 'b', '2013-07-06')], scoredAt)).toThrow(
    /1 of the batch’s 2 arrivals of labels dropped by retention.*LABELS_INVALID/,
  )
})
