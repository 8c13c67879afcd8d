import { qValues } from '../../../../activities/evaluation/drift/q-values'

test('a test that several numbers share counts once, equal p values of two tests twice', () => {
  const [a, b, c] = [0.01, 0.01, 0.9].map((pValue) => ({ statistic: 1, pValue }))
  const found = qValues([a!, a!, null, b!, a!, c!])
  expect(found.size).toBe(3)
  expect(found.get(a!)).toBeCloseTo(0.015, 15)
  expect([found.get(b!), found.get(c!)]).toEqual([found.get(a!), 0.9])
})

test('no tests have no q values', () => {
  expect(qValues([null]).size).toBe(0)
})
