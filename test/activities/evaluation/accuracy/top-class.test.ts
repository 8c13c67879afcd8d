import { topClass } from '../../../../activities/evaluation/accuracy/top-class'

test('is the class of highest probability, the first of equal ones', () => {
  const found = topClass({
    probabilities: Float64Array.of(0.2, 0.5, 0.3, 0.4, 0.2, 0.4, 0, 0, 1),
    classes: ['a', 'b', 'c'],
    labels: Int32Array.of(1, 2, 2),
  })
  expect([...found.classes]).toEqual([1, 0, 2])
  expect([...found.probabilities]).toEqual([0.5, 0.4, 1])
  expect([...found.right]).toEqual([1, 0, 1])
})
