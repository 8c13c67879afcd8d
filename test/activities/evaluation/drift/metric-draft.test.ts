import { metricDraft } from '../../../../activities/evaluation/drift/metric-draft'

const given = { metric: 'psi', value: 0.3, nReference: 5, nCurrent: 6 }

test('what is not given is null, and a number is its own effect', () => {
  const { effect, test: test_, note, ciLo } = metricDraft(given)
  expect([effect, test_, note, ciLo]).toEqual([0.3, null, null, null])
  expect(metricDraft({ ...given, effect: 0.1 }).effect).toBe(0.1)
})
