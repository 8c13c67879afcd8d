import { numberText } from '../../../../activities/evaluation/reports/number-text'

test.each([
  [null, '–'],
  [NaN, '–'],
  [-Infinity, '-∞'],
  [0, '0'],
  [0.1, '0.1'],
  [72.0489, '72'],
  [9.8049, '9.8'],
  [0.00001234, '1.23e-5'],
  [1_234_567, '1,234,567'],
  [1_234.567, '1,235'],
  [12_345_678_901, '1.23e+10'],
  [-0.5, '-0.5'],
])('the value %p reads %s', (value, text) => {
  expect(numberText.value(value)).toBe(text)
})

test.each([
  [null, '–'],
  [0, '0 %'],
  [1, '100 %'],
  [0.9496, '95.0 %'],
  [0.00001, '< 0.1 %'],
  [0.99999, '99.9 %'], // not quite all
  [-0.062, '-6.2 %'],
])('the share %p reads %s', (share, text) => {
  expect(numberText.share(share)).toBe(text)
})

test('probabilities, counts and severities', () => {
  expect([0, 1e-20, 0.00042, 0.0449, 1, null].map(numberText.probability)).toEqual([
    '< 1e-16',
    '< 1e-16',
    '4.2e-4',
    '0.045',
    '1',
    '–',
  ])
  expect([1_000_000, 12.6, null].map(numberText.count)).toEqual(['1,000,000', '13', '–'])
  expect([0, 0.04, 1.26, 33.1, 500, null].map(numberText.times)).toEqual([
    '0.0 ×',
    '0.04 ×',
    '1.3 ×',
    '33 ×',
    '> 99 ×',
    '–',
  ])
})
