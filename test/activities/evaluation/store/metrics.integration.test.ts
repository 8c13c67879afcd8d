import type { PoolClient } from 'pg'
import { inTransaction } from '../../../../activities/data/postgres/in-transaction'
import { plainMetric } from '../../../../activities/evaluation/quality/plain-metric'
import {
  formerValues,
  loadMetrics,
  writeGates,
  writeMetrics,
} from '../../../../activities/evaluation/store/metrics'
import type { GateResult, MetricScope, MetricValue } from '../../../../schemas/metric'
import { goldenModel } from '../../../stack/scenario'
import { nightRows, startNights, type Nights } from '../references/published-nights'

let nights: Nights
let model: string
const early = new Date('2013-07-04T06:00:00Z')
const late = new Date('2013-07-05T06:00:00Z')

beforeAll(async () => {
  nights = await startNights()
  model = await nights.register(goldenModel('quality-rules'))
})
afterAll(() => nights.deps.connections.close())

let jobs = 0
const newJob = async (): Promise<string> => {
  const job = `j${++jobs}`
  await nights.apply(job, model, {})
  return job
}
const newRun = async (): Promise<string> => nights.publish(await newJob(), model, 'night', nightRows(1))
const inOne = (work: (client: PoolClient) => Promise<void>) =>
  inTransaction(nights.deps.connections.control, work)
const write = (
  runId: string,
  values: readonly MetricValue[],
  asOf = early,
  scopes: readonly MetricScope[] = ['feature'],
) => inOne((client) => writeMetrics(client, runId, asOf, scopes, values))
const load = (runId: string, options = {}) => loadMetrics(nights.deps.connections.control, runId, options)
const psi = (value: number | null, more: Partial<MetricValue> = {}): MetricValue =>
  plainMetric({ scope: 'feature', metric: 'psi', column: 'x', value, nCurrent: 10, ...more })

describe('a run’s numbers', () => {
  test('come back to the last bit', async () => {
    const runId = await newRun()
    const value: MetricValue = {
      scope: 'feature',
      column: 'a "b" \\ \'c\'',
      segment: 's=é😀',
      metric: 'psi',
      value: 0.1 + 0.2,
      statistic: 5e-324,
      pValue: 1 / 3,
      qValue: 1e-300,
      ciLo: -1.7976931348623157e308,
      ciHi: Number.EPSILON,
      nReference: 9_007_199_254_740_991,
      nCurrent: 12,
      warnAt: 0.1,
      failAt: 0.25,
      verdict: 'warn',
      reason: 'sampled',
    }
    await write(runId, [value, psi(null, { reason: 'one bin' })])
    const found = await load(runId)
    expect(found).toHaveLength(2)
    expect(found).toEqual(
      expect.arrayContaining([
        { ...value, asOf: early },
        { ...psi(null, { reason: 'one bin' }), asOf: early },
      ]),
    )
  })

  test('texts that Postgres cannot hold are shown as well as they can be', async () => {
    const runId = await newRun()
    await write(runId, [psi(1, { segment: 's=a\0b', reason: '\\u0000 and \\\0' })])
    expect(await load(runId)).toMatchObject([{ segment: 's=a�b', reason: '\\u0000 and \\�' }])
  })

  test('written again, they replace those of their scopes and moment only', async () => {
    const runId = await newRun()
    const accuracy = plainMetric({ scope: 'accuracy', metric: 'roc_auc', value: 0.7, nCurrent: 5 })
    await write(runId, [psi(1), psi(2, { column: 'y' })])
    await write(runId, [accuracy], early, ['accuracy'])
    await write(runId, [psi(4)], late)
    await write(runId, [psi(3)])
    const asOfEarly = await load(runId, { asOf: early })
    expect(asOfEarly.map(({ metric, column, value }) => [metric, column, value]).sort()).toEqual([
      ['psi', 'x', 3],
      ['roc_auc', null, 0.7],
    ])
    expect(await load(runId, { asOf: late })).toMatchObject([{ value: 4 }])
  })

  test('without a moment the newest of each is read, of some scopes where asked', async () => {
    const runId = await newRun()
    await write(runId, [psi(1), psi(2, { column: 'y' })])
    await write(runId, [psi(3)], late)
    const newest = (await load(runId)).map(({ column, value, asOf }) => [column, value, asOf])
    expect(newest.sort()).toEqual([
      ['x', 3, late],
      ['y', 2, early],
    ])
    expect(await load(runId, { scopes: ['quality'] })).toEqual([])
  })

  test('what fails in their transaction leaves those that were there', async () => {
    const runId = await newRun()
    await write(runId, [psi(1)])
    await expect(write(runId, [psi(2), psi(3)])).rejects.toThrow(/metric_value_one/)
    expect(await load(runId)).toMatchObject([{ value: 1 }])
  })
})

test('what gates said is kept in their order, and replaced as a whole', async () => {
  const runId = await newRun()
  const said = (gateNo: number, column: string, action: GateResult['action']): GateResult => ({
    gateNo,
    scope: 'feature',
    column,
    segment: 's=\0',
    metric: 'psi',
    value: 0.3,
    limitAt: 0.25,
    action,
    reason: null,
  })
  const writeAll = (results: readonly GateResult[]) =>
    inOne((client) => writeGates(client, runId, early, results))
  await writeAll([said(1, 'old', 'ok')])
  await writeAll([said(2, 'b', 'fail'), said(2, 'a', 'warn'), said(1, 'c', 'ok')])
  const { rows } = await nights.deps.connections.control.query(
    `SELECT gate_no, position, column_name, segment, action, value, limit_at FROM nightscore.gate_result WHERE run_id = $1 ORDER BY 1, 2`,
    [runId],
  )
  const shown = { segment: 's=�', value: 0.3, limit_at: 0.25 }
  expect(rows).toEqual([
    { gate_no: 1, position: 1, column_name: 'c', action: 'ok', ...shown },
    { gate_no: 2, position: 1, column_name: 'b', action: 'fail', ...shown },
    { gate_no: 2, position: 2, column_name: 'a', action: 'warn', ...shown },
  ])
})

describe('former values', () => {
  const former = async (job: string, before: string, more = {}) => {
    const options = { job, before, limit: 28, scopes: ['feature'] as const, ...more }
    const found = await formerValues(nights.deps.connections.control, options)
    return found({ scope: 'feature', column: 'x', segment: null, metric: 'psi' })
  }
  const publish = async (
    job: string,
    batch: string,
    value: number | null,
    state = 'published',
  ): Promise<string> => {
    const runId = await nights.publish(job, model, batch, nightRows(1), state)
    await write(runId, [psi(value), psi(99, { column: 'y' }), psi(98, { segment: 's=1' })])
    return runId
  }

  test('are those of the published batches before, newest first', async () => {
    const job = await newJob()
    for (const [batch, value] of [
      ['n1', 1],
      ['n3', 3],
      ['n2', 2],
      ['n4', 4],
      ['n5', 5],
    ] as const)
      await publish(job, batch, value)
    await publish(job, 'n0', 0, 'failed')
    expect(await former(job, 'n4')).toEqual([3, 2, 1])
    expect(await former(job, 'n4', { limit: 2 })).toEqual([3, 2])
    expect(await former(job, 'n1')).toEqual([])
    expect(await former(await newJob(), 'n4')).toEqual([])
  })

  test('batches are in the order of their bytes', async () => {
    const job = await newJob()
    await publish(job, 'B', 1)
    await publish(job, 'a', 2)
    expect(await former(job, 'a')).toEqual([1])
  })

  test('a number that was undefined is none', async () => {
    const job = await newJob()
    await publish(job, 'n1', 1)
    await publish(job, 'n2', null)
    expect(await former(job, 'n3')).toEqual([1])
  })

  test('of each batch the newest counts', async () => {
    const job = await newJob()
    await write(await publish(job, 'n1', 1), [psi(7)], late)
    expect(await former(job, 'n3')).toEqual([7])
  })

  test('by kind of reference and by version of the definitions, where numbers would be of another scale', async () => {
    const job = await newJob()
    const runId = await publish(job, 'n1', 1)
    expect(await former(job, 'n3', { referenceKind: 'trailing' })).toEqual([])
    await nights.deps.connections.control.query(
      'UPDATE nightscore.metric_value SET spec_version = spec_version + 1 WHERE run_id = $1',
      [runId],
    )
    expect(await former(job, 'n3')).toEqual([])
  })
})
