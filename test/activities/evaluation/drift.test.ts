import { createSimulation, simulateRuns } from '../../../bench/false-alarms'

/** bench/false-alarms.ts counts a thousand runs of each; these few would show a rule that lost one of its two halves. */
const simulation = createSimulation(7, 10_000)

test.each([500, 5_000])('runs of %d rows drawn from the reference raise hardly an alarm', (n) => {
  const { anyWarn, anyFail } = simulateRuns(simulation, 24, n)
  expect(anyFail).toBe(0)
  expect(anyWarn).toBeLessThanOrEqual(1 / 24)
})

test('a shift of 0.3 sd in one of 20 columns is caught at 5,000 rows', () => {
  expect(simulateRuns(simulation, 5, 5_000, 0.3).caught).toBe(1)
})
