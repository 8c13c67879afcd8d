import { referenceIdentity } from '../../../../activities/evaluation/references/reference-identity'

test('the same parts have the same identity, any other part another', () => {
  const identity = referenceIdentity('model', 'abc', ['carrier'])
  expect(identity).toMatch(/^[0-9a-f]{64}$/)
  expect(referenceIdentity('model', 'abc', ['carrier'])).toBe(identity)
  const others = [
    referenceIdentity('parquet', 'abc', ['carrier']),
    referenceIdentity('model', 'abd', ['carrier']),
    referenceIdentity('model', 'abc', ['origin']),
    referenceIdentity('model', 'abc', 'carrier'),
    referenceIdentity('model', ['abc', 'carrier']),
  ]
  expect(new Set([...others, identity]).size).toBe(6)
})
