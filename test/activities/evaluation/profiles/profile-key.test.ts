import fc from 'fast-check'
import {
  parseProfileKey,
  profileKey,
  profileScopes,
  qualityName,
} from '../../../../activities/evaluation/profiles/profile-key'

test('a key gives back the scope and name that it was made of, whatever the name holds', () => {
  fc.assert(
    fc.property(fc.constantFrom(...profileScopes), fc.string(), (scope, column) => {
      expect(parseProfileKey(profileKey(scope, column))).toEqual({ scope, column })
    }),
  )
})

test('in the scope quality a feature has its name, and a prediction of that name another', () => {
  expect(['feature/score', 'prediction/score'].map(qualityName)).toEqual(['score', 'prediction/score'])
})

test('a name without a scope is a feature’s', () => {
  expect(parseProfileKey('temp')).toEqual({ scope: 'feature', column: 'temp' })
})
