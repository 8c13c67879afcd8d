import { compareRounds, type Measured } from '../../../bench/peers/compare-rounds'
import { works } from '../../../bench/peers/works'

const [lightgbm] = works
const rounds = (...seconds: number[]): Measured[] =>
  seconds.map((one) => ({ seconds: one, cpuSeconds: null, peakMb: null }))

test('the ratio is the median of the rounds’ ratios, not the ratio of medians', () => {
  // the machine was three times as slow in the second round, for both
  const measured = new Map([
    ['ours/lightgbm', rounds(10, 30, 10)],
    ['expert/lightgbm', rounds(12, 45, 13)],
  ])
  const [comparison, ...others] = compareRounds([lightgbm!], measured, 1_000)
  expect(others).toEqual([])
  expect(comparison).toMatchObject({
    peer: 'expert',
    ratio: 1.3,
    least: 1.2,
    most: 1.5,
    target: 1.2,
    met: true,
  })
  expect([comparison?.ours, comparison?.theirs]).toEqual([100, 1_000 / 13])
})

test('a ratio that is the target is met, one below is not', () => {
  const met = (ours: number, raw: number) =>
    compareRounds(
      [lightgbm!],
      new Map([
        ['ours/lightgbm', rounds(ours)],
        ['raw/lightgbm', rounds(raw)],
      ]),
      1,
    )[0]?.met
  expect(met(4, 3)).toBe(true)
  expect(met(4.01, 3)).toBe(false)
})

test('a peer that was not measured has no line', () => {
  expect(compareRounds(works, new Map([['ours/lightgbm', rounds(1)]]), 1)).toEqual([])
})

test('what it cost is compared too, where all of it is known', () => {
  const costing = (...cpu: (number | null)[]): Measured[] =>
    cpu.map((cpuSeconds) => ({ seconds: 1, cpuSeconds, peakMb: null }))
  const cpuRatio = (ours: Measured[], theirs: Measured[]) =>
    compareRounds(
      [lightgbm!],
      new Map([
        ['ours/lightgbm', ours],
        ['expert/lightgbm', theirs],
      ]),
      1,
    )[0]?.cpuRatio
  expect(cpuRatio(costing(2, 2, 2), costing(3, 4, 5))).toBe(2)
  expect(cpuRatio(costing(2, 2), costing(3, null))).toBeNull()
})
