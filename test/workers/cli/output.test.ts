import { count, printOutcome, tell } from '../../../workers/cli/output'
import { memoryIo } from './memory-io'

test('with --json one JSON document is printed, and nothing else', () => {
  const io = memoryIo()
  tell(io, 'progress')
  printOutcome(io, true, { big: 9_007_199_254_740_993n, small: 5n, none: Number.NaN, at: new Date(0) }, [
    'for people',
  ])
  expect(JSON.parse(io.out())).toEqual({
    big: '9007199254740993',
    small: 5,
    none: 'NaN',
    at: '1970-01-01T00:00:00.000Z',
  })
  expect(io.err()).toBe('progress\n')
})

test('without it the lines are printed', () => {
  const io = memoryIo()
  printOutcome(io, undefined, {}, ['one', 'two'])
  expect(io.out()).toBe('one\ntwo\n')
})

test('numbers have their thousands marked', () => {
  expect(count(1_234_567)).toBe('1,234,567')
})
