import fc from 'fast-check'
import { runTimes } from '../../../activities/scoring/run-times'

const timesOf = (durations: readonly number[]) => {
  const times: Record<string, number> = {}
  durations.forEach((ms) => runTimes.add(times, ms))
  return times
}

test('a quantile is within 1 % of the duration that so many do not exceed', () => {
  const durations = fc.array(fc.double({ min: 0.001, max: 1e6, noNaN: true }), { minLength: 1 })
  fc.assert(
    fc.property(durations, fc.constantFrom(0.5, 0.99, 1), (ms, share) => {
      const exact = [...ms].sort((a, b) => a - b)[Math.ceil(share * ms.length) - 1]!
      expect(Math.abs(runTimes.quantile(timesOf(ms), share)! / exact - 1)).toBeLessThan(0.0101)
    }),
  )
})

test('parts add up to the whole, and no durations have no quantile', () => {
  expect(runTimes.merge([timesOf([1, 2]), timesOf([2, 300])])).toEqual(timesOf([1, 2, 2, 300]))
  expect(runTimes.quantile({}, 0.5)).toBeNull()
})
