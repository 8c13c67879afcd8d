import { gatesAction, judgeGates } from '../../../../activities/evaluation/gates/judge-gates'
import { plainMetric } from '../../../../activities/evaluation/quality/plain-metric'
import { jobFileSchema, type JobGate } from '../../../../schemas/job-file'
import type { GateAction, GateResult, MetricScope, MetricValue } from '../../../../schemas/metric'

/** A gate as a job file has it. */
function gate(given: object): JobGate {
  const monitor = { gates: [{ metric: 'psi', of: 'features', ...given }] }
  const job = {
    name: 'j',
    model: 'm@1',
    source: { parquet: 'x' },
    key: ['id'],
    sink: { parquet: 'o' },
    monitor,
  }
  return jobFileSchema.parse(job).monitor.gates[0]!
}

/** psi 0.3 of the feature x, with enough rows and a test that says it is no chance. */
const metric = (given: Partial<MetricValue> = {}): MetricValue =>
  plainMetric({
    scope: 'feature',
    metric: 'psi',
    column: 'x',
    value: 0.3,
    nCurrent: 1_000,
    nReference: 1_000,
    qValue: 1e-9,
    ...given,
  })

const beforeLabels: readonly MetricScope[] = ['feature', 'prediction', 'quality', 'skew', 'estimate', 'speed']
const judge = (
  gates: readonly JobGate[],
  values: readonly MetricValue[],
  former: readonly number[] = [],
): GateResult[] => judgeGates(gates, values, { scopes: beforeLabels, history: () => former })
const actions = (results: readonly GateResult[]): GateAction[] => results.map(({ action }) => action)

describe('absolute limits', () => {
  test.each([
    ['fail', { warn: 0.1, hold: 0.2, fail: 0.25 }, 0.25],
    ['hold', { warn: 0.1, hold: 0.2, fail: 0.5 }, 0.2],
    ['warn', { warn: 0.1, hold: 0.5 }, 0.1],
    ['ok', { warn: 0.4, hold: 0.5, fail: 0.6 }, 0.4], // the nearest
    ['ok', { fail: 0.3 }, 0.3], // at the limit is not over it
  ] as const)('%s is the worst limit passed', (action, limits, limitAt) => {
    expect(judge([gate(limits)], [metric()])).toEqual([
      {
        gateNo: 1,
        scope: 'feature',
        column: 'x',
        segment: null,
        metric: 'psi',
        value: 0.3,
        limitAt,
        action,
        reason: null,
      },
    ])
  })

  test('a figure that is worse when lower acts below its limit', () => {
    const speed = metric({
      scope: 'speed',
      metric: 'rows_per_second',
      column: null,
      qValue: null,
      value: 500,
    })
    const of = { metric: 'rows_per_second', of: 'speed' }
    expect(actions(judge([gate({ ...of, hold: 1_000 }), gate({ ...of, hold: 100 })], [speed]))).toEqual([
      'hold',
      'ok',
    ])
  })

  test.each([
    [0.25, 4],
    [4, 4],
    [1.5, 1.5],
  ])('of row_count_ratio %d the ratio or its inverse counts, whichever is larger', (value, compared) => {
    const ratio = metric({ scope: 'quality', metric: 'row_count_ratio', column: null, qValue: null, value })
    const results = judge([gate({ metric: 'row_count_ratio', of: 'quality', fail: 2 })], [ratio])
    expect(results).toMatchObject([{ value: compared, action: compared > 2 ? 'fail' : 'ok' }])
  })

  test('of a bias its size counts', () => {
    const bias = metric({ scope: 'accuracy', metric: 'bias', column: null, qValue: null, value: -3 })
    const options = { scopes: ['accuracy'] as const, history: () => [] }
    expect(judgeGates([gate({ metric: 'bias', of: 'accuracy', fail: 2 })], [bias], options)).toMatchObject([
      { value: 3, action: 'fail' },
    ])
  })

  test('of a rate its difference to the reference counts, in the same column and segment', () => {
    const rate = (given: Partial<MetricValue>): MetricValue =>
      metric({ scope: 'quality', metric: 'missing_rate', ...given })
    const difference = (given: Partial<MetricValue>): MetricValue =>
      rate({ metric: 'missing_rate_difference', qValue: null, ...given })
    const values = [
      rate({ value: 0.5 }),
      difference({ column: 'y', value: 0.9 }),
      difference({ segment: 's=1', value: 0.8 }),
      difference({ value: 0.05 }),
    ]
    const gates = [gate({ metric: 'missing_rate', of: 'quality', warn: 0.04, fail: 0.1 })]
    expect(judge(gates, values)).toMatchObject([{ value: 0.05, limitAt: 0.04, action: 'warn' }])
    const fewer = [rate({ value: 0.5 }), difference({ value: -0.3 })]
    expect(judge(gates, fewer)).toMatchObject([{ value: -0.3, action: 'ok' }])
  })
})

describe('what a gate is for', () => {
  const values = [
    metric({ column: 'x' }),
    metric({ column: 'y', value: 0.9 }),
    metric({ column: 'x', segment: 's=1', value: 2 }),
  ]
  const named = (given: object): string[] =>
    judge([gate({ fail: 0.1, ...given })], values).map(({ column, segment }) =>
      `${column} ${segment ?? ''}`.trim(),
    )

  test.each([
    ['all columns, the worst first', {}, ['y', 'x']],
    ['those it names', { columns: ['x'] }, ['x']],
    ['all but those it excepts', { except: ['y'] }, ['x']],
    ['segments too where it says so', { segments: true, columns: ['x'] }, ['x s=1', 'x']],
  ])('%s', (_, given, expected) => {
    expect(named(given)).toEqual(expected)
  })

  test('numbers of other scopes and names are not its own', () => {
    const others = [metric({ scope: 'skew' }), metric({ metric: 'ks' })]
    expect(judge([gate({ fail: 0.1 })], others)).toMatchObject([
      { action: 'skipped', value: null, reason: 'the run has no psi of feature' },
    ])
  })

  test('a number of the batch is of no column: a gate with columns does not see it', () => {
    const share = metric({ metric: 'drifted_share', column: null, qValue: null })
    const of = { metric: 'drifted_share', fail: 0.1 }
    expect(actions(judge([gate(of), gate({ ...of, columns: ['x'] })], [share]))).toEqual(['fail', 'skipped'])
  })

  test('gates whose numbers come at another time are passed over and keep their number', () => {
    const gates = [gate({ of: 'accuracy', fail: 0.1 }), gate({ of: 'label', fail: 0.1 }), gate({ fail: 0.1 })]
    expect(judge(gates, [metric()]).map(({ gateNo }) => gateNo)).toEqual([3])
  })
})

describe('too little to judge', () => {
  test('a number that may be chance does not act', () => {
    expect(actions(judge([gate({ fail: 0.1 })], [metric({ qValue: 0.01 })]))).toEqual(['ok'])
  })

  test('a number without a test acts by itself', () => {
    expect(actions(judge([gate({ fail: 0.1 })], [metric({ qValue: null })]))).toEqual(['fail'])
  })

  test.each([
    ['current', { nCurrent: 199 }, '1000 reference and 199 current rows, needed are 200 each'],
    ['reference', { nReference: 199 }, '199 reference and 1000 current rows, needed are 200 each'],
  ])('under 200 %s rows it is skipped', (_, few, reason) => {
    expect(judge([gate({ fail: 0.1 })], [metric(few)])).toMatchObject([
      { action: 'skipped', value: 0.3, reason },
    ])
  })

  test('a number without a test is judged of however few rows', () => {
    expect(actions(judge([gate({ fail: 0.1 })], [metric({ qValue: null, nCurrent: 5 })]))).toEqual(['fail'])
  })

  test('a number that is undefined is skipped with its own reason', () => {
    const undefinedOne = metric({ value: null, reason: 'one bin' })
    expect(judge([gate({ fail: 0.1 })], [undefinedOne])).toMatchObject([
      { action: 'skipped', reason: 'one bin' },
    ])
  })
})

describe('trailing limits', () => {
  const former = Array.from({ length: 14 }, (_, i) => 0.2 + (i % 3) / 100) // median 0.21
  const deviation = 0.01 * 1.482602218505602 // MAD 0.01, scaled as a standard deviation

  test('under 14 former values it is skipped', () => {
    expect(judge([gate({ hold: 'trailing' })], [metric()], former.slice(1))).toMatchObject([
      { action: 'skipped', reason: '13 former values, needed are 14', value: 0.3 },
    ])
  })

  test('an absolute limit beside it still decides', () => {
    const both = gate({ warn: 0.1, hold: 'trailing' })
    expect(actions(judge([both], [metric()], former.slice(1)))).toEqual(['warn'])
  })

  test('warn is 3 deviations off the median, hold and fail are 6', () => {
    const of = { metric: 'mean', columns: ['x'] }
    const mean = (value: number): MetricValue => metric({ metric: 'mean', qValue: null, value })
    const gates = [gate({ ...of, warn: 'trailing', fail: 'trailing' })]
    const found = [0.23, 0.26, 0.31].map((value) => judge(gates, [mean(value)], former)[0]!)
    expect(actions(found)).toEqual(['ok', 'warn', 'fail'])
    expect(found[1]?.limitAt).toBeCloseTo(0.21 + 3 * deviation, 12)
    expect(found[2]?.limitAt).toBeCloseTo(0.21 + 6 * deviation, 12)
  })

  test('a figure that is worse when lower acts below its limit', () => {
    const of = { metric: 'rows_per_second', of: 'speed', warn: 'trailing' }
    const speeds = [0.22, 0.19, 0.1].map((value) =>
      metric({ scope: 'speed', metric: 'rows_per_second', column: null, qValue: null, value }),
    )
    expect(speeds.flatMap((speed) => actions(judge([gate(of)], [speed], former)))).toEqual([
      'ok',
      'ok',
      'warn',
    ])
  })

  test('what is bad on both sides acts on both', () => {
    const of = { metric: 'row_count_ratio', of: 'quality', hold: 'trailing' }
    const ratios = [0.05, 0.2, 0.22, 0.4].map((value) =>
      metric({ scope: 'quality', metric: 'row_count_ratio', column: null, qValue: null, value }),
    )
    const results = ratios.flatMap((ratio) => judge([gate(of)], [ratio], former))
    expect(actions(results)).toEqual(['hold', 'ok', 'ok', 'hold'])
    expect(results[0]?.limitAt).toBeCloseTo(0.21 - 6 * deviation, 12)
    expect(results[3]?.limitAt).toBeCloseTo(0.21 + 6 * deviation, 12)
  })

  test('of a rate the rate itself is compared, with the rates of former nights', () => {
    const rate = metric({ scope: 'quality', metric: 'missing_rate', value: 0.5 })
    const difference = metric({
      scope: 'quality',
      metric: 'missing_rate_difference',
      value: 0.01,
      qValue: null,
    })
    const results = judge(
      [gate({ metric: 'missing_rate', of: 'quality', fail: 'trailing' })],
      [rate, difference],
      former,
    )
    expect(results).toMatchObject([{ value: 0.5, action: 'fail' }])
  })
})

test('within a gate the worst comes first: by action, then by how far over its limit', () => {
  const values = [
    metric({ column: 'a', value: 0.05 }),
    metric({ column: 'b', value: 0.2 }),
    metric({ column: 'c', value: 0.9 }),
    metric({ column: 'd', value: 0.4 }),
    metric({ column: 'e', value: null }),
  ]
  const results = judge([gate({ warn: 0.1, fail: 0.3 })], values)
  expect(results.map(({ column, action }) => `${column} ${action}`)).toEqual([
    'c fail',
    'd fail',
    'b warn',
    'a ok',
    'e skipped',
  ])
})

test.each([
  [['ok', 'hold', 'fail', 'warn'], 'fail'],
  [['ok', 'hold', 'warn'], 'hold'],
  [['skipped', 'warn', 'ok'], 'warn'],
  [['skipped', 'ok'], 'ok'],
  [['skipped'], 'skipped'],
  [[], 'skipped'],
] as const)('%j together are %s', (found, expected) => {
  expect(gatesAction(found.map((action) => ({ action }) as GateResult))).toBe(expected)
})
