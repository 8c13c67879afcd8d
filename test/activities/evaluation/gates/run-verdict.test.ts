import { runVerdict } from '../../../../activities/evaluation/gates/run-verdict'
import { plainMetric } from '../../../../activities/evaluation/quality/plain-metric'
import type { MetricValue, Verdict } from '../../../../schemas/metric'

const value = (verdict: Verdict, segment: string | null = null): MetricValue =>
  plainMetric({ scope: 'feature', metric: 'psi', value: 1, nCurrent: 1, verdict, segment })

test.each([
  ['fail', ['ok', 'fail', 'warn'], 'ok'],
  ['fail', ['ok'], 'fail'],
  ['fail', ['fail'], 'hold'],
  ['hold', ['warn'], 'hold'],
  ['warn', ['ok', 'warn'], 'skipped'],
  ['warn', ['ok'], 'warn'],
  ['ok', ['ok', 'skipped'], 'skipped'],
  ['ok', ['none'], 'ok'],
  ['skipped', ['none', 'skipped', 'error'], 'skipped'],
  ['skipped', [], 'skipped'],
] as const)('%s: numbers %j, gates %s', (expected, verdicts, gates) => {
  expect(
    runVerdict(
      verdicts.map((verdict) => value(verdict)),
      gates,
    ),
  ).toBe(expected)
})

test('a segment’s number that fails is a warning, unless a gate says more', () => {
  expect(runVerdict([value('ok'), value('fail', 's=1')], 'ok')).toBe('warn')
  expect(runVerdict([value('fail', 's=1')], 'fail')).toBe('fail')
})
