import { benchOptions } from '../../../bench/peers/bench-options'
import { works } from '../../../bench/peers/works'

test('without options it is a full run: what RESULTS.md is written from', () => {
  expect(benchOptions([])).toMatchObject({
    rowCount: 5_000_000,
    roundCount: 3,
    full: true,
    drift: true,
    works,
  })
  expect(benchOptions(['--profile'])).toMatchObject({ full: true, profile: true })
})

test.each([
  ['--quick'],
  ['--ours'],
  ['--rows', '200000'],
  ['--rounds', '2'],
  ['--only', 'lightgbm'],
  ['--against', 'expert,raw'],
])('RESULTS.md is not written with %s %s', (...words) => {
  expect(benchOptions(words)).toMatchObject({ full: false, drift: false })
})

test('--quick is one round of two works; what is said besides counts', () => {
  expect(benchOptions(['--quick'])).toMatchObject({ rowCount: 1_000_000, roundCount: 1 })
  const { works: chosen, rowCount } = benchOptions(['--quick', '--only', 'mlp', '--rows', '300_000'])
  expect([chosen.map(({ name }) => name), rowCount]).toEqual([['mlp'], 300_000])
})

test.each([
  [['--rows', 'many'], /--rows many: a whole number above 0/],
  [['--rounds', '0'], /--rounds 0: a whole number above 0/],
  [['--only', 'lightgbm,forest'], /--only forest: no such work/],
  [['--against', 'spark'], /--against spark: no such peer/],
  [['--slow'], /--slow/],
])('%s is refused with the usage', (words, message) => {
  expect(() => benchOptions(words)).toThrow(message)
  expect(() => benchOptions(words)).toThrow(/Usage: npm run bench/)
})

test('who is measured can be chosen', () => {
  expect(benchOptions([]).against).toEqual(['expert', 'everyday', 'ray', 'raw'])
  expect(benchOptions(['--against', 'raw,expert']).against).toEqual(['expert', 'raw'])
  expect(benchOptions(['--ours']).against).toEqual([])
})
