import { durationMs, durationSchema } from '../../schemas/duration'

test.each([
  ['0s', 0],
  ['30s', 30_000],
  ['5m', 300_000],
  ['12h', 43_200_000],
  ['1d', 86_400_000],
])('%s is %d ms', (text, ms) => {
  expect(durationMs(durationSchema.parse(text))).toBe(ms)
})

test.each(['', '5', 'h', '1.5h', '-1h', '1 h', '1w', '1234567s'])('"%s" is no duration', (text) => {
  expect(durationSchema.safeParse(text).success).toBe(false)
})
