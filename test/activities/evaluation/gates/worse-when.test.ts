import { worseWhen } from '../../../../activities/evaluation/gates/worse-when'

test.each([
  [
    'lower',
    ['accuracy', 'roc_auc', 'roc_auc_ovr', 'recall_macro', 'f1_weighted', 'r2', 'mcc', 'rows_per_second'],
  ],
  [
    'higher',
    [
      'psi',
      'log_loss',
      'brier',
      'mae',
      'rmse',
      'missing_rate',
      'inference_ms_p99',
      'drifted_share',
      'source_age_hours',
    ],
  ],
  ['apart', ['row_count_ratio', 'bias']],
] as const)('%s is worse', (side, metrics) => {
  expect(metrics.map((metric) => [metric, worseWhen(metric)])).toEqual(
    metrics.map((metric) => [metric, side]),
  )
})

test('a name that only begins like one of them is not of it', () => {
  expect(worseWhen('accuracyless')).toBe('higher')
})
