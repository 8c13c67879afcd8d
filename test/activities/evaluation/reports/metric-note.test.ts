import { metricNote } from '../../../../activities/evaluation/reports/metric-note'

test.each([
  ['psi', /ln\(q \/ p\).*clipped at 1e-4/, null, 'number'],
  ['missing_rate', /rows without a value/, 'Wilson', 'share'],
  ['roc_auc', /exact/, 'DeLong', 'number'],
  ['precision_macro', /^tp \/ \(tp \+ fp\); macro$/, 'Wilson', 'share'],
  ['top_3_accuracy', /among the 3 likeliest/, 'Wilson', 'share'],
  ['residual_p05', /^quantile 0.05 of prediction/, null, 'number'],
  ['missing_rate_difference', /^$/, null, 'number'],
  ['of_the_users_own', /^$/, null, 'number'],
])('%s', (metric, formula, interval, unit) => {
  expect(metricNote(metric)).toEqual({ formula: expect.stringMatching(formula), interval, unit })
})
