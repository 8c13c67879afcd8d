import { plainMetric } from '../../../../activities/evaluation/quality/plain-metric'
import { flagsOf } from '../../../../activities/evaluation/reports/flags-of'
import type { GateResult, MetricValue } from '../../../../schemas/metric'

const psi = (column: string, value: number, more: Partial<MetricValue> = {}): MetricValue =>
  plainMetric({
    scope: 'feature',
    column,
    metric: 'psi',
    value,
    nCurrent: 900,
    nReference: 900,
    warnAt: 0.1,
    failAt: 0.25,
    verdict: 'fail',
    ...more,
  })
const gate = (column: string, action: GateResult['action'], limitAt: number): GateResult => ({
  gateNo: 1,
  scope: 'feature',
  column,
  segment: null,
  metric: 'psi',
  value: 0.5,
  limitAt,
  action,
  reason: null,
})
const told = (...of: Parameters<typeof flagsOf>): unknown[] =>
  flagsOf(...of).map(({ column, verdict, severity, gateNo }) => [
    column,
    verdict,
    Number(severity.toFixed(2)),
    gateNo,
  ])

test('numbers that warn or fail, worst first; all others are none', () => {
  const values = [
    psi('a', 0.2, { verdict: 'warn' }),
    psi('b', 0.3),
    psi('c', 0.9),
    psi('d', 0.01, { verdict: 'ok' }),
  ]
  expect(told(values, [])).toEqual([
    ['c', 'fail', 3.6, null],
    ['b', 'fail', 1.2, null],
    ['a', 'warn', 0.8, null],
  ])
})

test('of a number’s own rule and its gates the worst word counts', () => {
  const values = [psi('a', 0.5, { verdict: 'warn' }), psi('b', 0.5)]
  const gates = [
    gate('a', 'hold', 0.2),
    gate('a', 'warn', 0.1),
    gate('b', 'warn', 0.1),
    gate('c', 'fail', 0.1),
    gate('d', 'ok', 0.9),
  ]
  expect(told(values, gates)).toEqual([
    ['c', 'fail', 5, 1],
    ['b', 'fail', 2, null],
    ['a', 'hold', 2.5, 1],
  ])
})

test('a segment’s number warns at most, as in the run’s verdict; a gate can say more', () => {
  const segment = 'origin=JFK'
  expect(told([psi('a', 0.5, { segment })], [])).toEqual([['a', 'warn', 2, null]])
  expect(told([psi('a', 0.5, { segment })], [{ ...gate('a', 'fail', 0.25), segment }])).toEqual([
    ['a', 'fail', 2, 1],
  ])
})

test('what could not be compared warns, unless it is merely new', () => {
  const broken = (reason: string): MetricValue =>
    psi('a', 0, { metric: 'drift', value: null, verdict: 'error', reason })
  expect(told([broken('the column is of type text, its reference of number')], [])).toEqual([
    ['a', 'warn', 1, null],
  ])
  expect(told([broken('the reference has no such column')], [])).toEqual([])
})
