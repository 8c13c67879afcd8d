import { referenceProfile } from '../../../../activities/evaluation/profiles/reference-profile'
import { withoutLabels } from '../../../../activities/evaluation/profiles/without-labels'

test('features and predictions stay, the label goes', () => {
  const column = { values: Float64Array.of(1, 2, 3) }
  const names = ['feature/label', 'prediction/label', 'label/late']
  const reference = referenceProfile(new Map(names.map((name) => [name, column])))
  const left = withoutLabels(reference)
  expect([...left.columns.keys()]).toEqual(['feature/label', 'prediction/label'])
  expect(left.rows).toBe(3)
})
