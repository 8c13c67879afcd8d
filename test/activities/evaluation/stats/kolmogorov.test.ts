import { kolmogorov } from '../../../../activities/evaluation/stats/kolmogorov'

test.each([
  [1.223847870217083, 0.1],
  [1.35809863932255, 0.05],
  [1.62762361151895, 0.01],
])('%d is exceeded with the chance %d, as tables have it', (x, chance) => {
  expect(kolmogorov(x)).toBeCloseTo(chance, 9)
})

test('it is 1 at 0 and below, and for what is as good as 0', () => {
  expect([-1, 0, 1e-300, 0.01].map(kolmogorov)).toEqual([1, 1, 1, 1])
})

test('it is 0 far out', () => {
  expect([30, Infinity].map(kolmogorov)).toEqual([0, 0])
})

test('it falls everywhere, also where one series gives way to the other', () => {
  const xs = Array.from({ length: 4000 }, (_, i) => i / 1000)
  const values = [...xs, 0.82 - 1e-9, 0.82 + 1e-9].sort((a, b) => a - b).map(kolmogorov)
  for (let i = 1; i < values.length; i += 1) expect(values[i]! <= values[i - 1]!).toBe(true)
})

test('NaN stays NaN', () => {
  expect(kolmogorov(NaN)).toBeNaN()
})
