import { jobFileSchema, type JobFile } from '../../../../schemas/job-file'
import type { MetricValue } from '../../../../schemas/metric'
import { judgeLabels } from '../../../../activities/evaluation/labels/judge-labels'
import type { EvaluationOutcome } from '../../../../activities/evaluation/labels/evaluation-task'
import { referenceProfile } from '../../../../activities/evaluation/profiles/reference-profile'
import { rowHashes } from '../../../../activities/evaluation/profiles/row-hashes'
import { shardCodec } from '../../../../activities/evaluation/profiles/shard-codec'
import { shardProfile } from '../../../../activities/evaluation/profiles/shard-profile'

const monitorOf = (monitor: object): JobFile['monitor'] =>
  jobFileSchema.parse({
    name: 'j',
    model: 'm@1',
    source: { parquet: 'x' },
    key: ['id'],
    sink: { parquet: 'out' },
    monitor,
  }).monitor

const columns = (positives: number, rows: number) =>
  new Map([
    [
      'label/late',
      {
        dictionary: ['false', 'true'],
        codes: Int32Array.from({ length: rows }, (_, i) => (i < positives ? 1 : 0)),
      },
    ],
  ])
const reference = referenceProfile(columns(300, 1000))

function outcome(
  positives: number,
  rows: number,
): Pick<EvaluationOutcome, 'metrics' | 'counts' | 'labelProfile'> {
  const profiler = shardProfile.create(reference, { shardNo: 0, batchRows: rows })
  shardProfile.add(profiler, columns(positives, rows), rowHashes(rows))
  const accuracy = {
    scope: 'accuracy',
    column: null,
    segment: null,
    metric: 'accuracy',
    value: 0.6,
    qValue: null,
    nReference: null,
    nCurrent: rows,
    verdict: 'none',
    reason: null,
  } as MetricValue
  return {
    metrics: [accuracy],
    counts: { labelled: rows } as EvaluationOutcome['counts'],
    labelProfile: shardCodec.encode(shardProfile.extract(profiler)),
  }
}
const none = { history: () => [], missing: new Map<string, string>() }
const judge = (positives: number, rows: number, monitor: object, of: typeof reference | null = reference) =>
  judgeLabels(outcome(positives, rows), { ...none, monitor: monitorOf(monitor), reference: of })

test('labels like the reference’s are ok, others warn or fail', () => {
  expect(judge(305, 1000, {}).verdict).toBe('ok')
  expect(judge(700, 1000, {}).verdict).toBe('fail')
  const { metrics } = judge(700, 1000, {})
  expect(metrics.find(({ metric }) => metric === 'psi')).toMatchObject({
    scope: 'label',
    column: 'late',
    verdict: 'fail',
  })
  expect(metrics.filter(({ scope }) => scope === 'quality')).toEqual([])
})

test('without a reference there is no drift, and nothing to judge by is skipped', () => {
  const { metrics, verdict } = judge(700, 1000, {}, null)
  expect(metrics.map(({ scope }) => scope)).toEqual(['accuracy'])
  expect(verdict).toBe('skipped')
})

test('a gate that would hold counts as fail: the batch is published already', () => {
  const gates = [{ metric: 'accuracy', of: 'accuracy', warn: 0.9, hold: 0.7 }]
  const { gates: said, verdict } = judge(300, 1000, { gates })
  expect(said).toMatchObject([{ gateNo: 1, action: 'fail', value: 0.6, limitAt: 0.7 }])
  expect(verdict).toBe('fail')
})

test('gates say nothing of under 200 labelled rows, nor of numbers that came before labels', () => {
  const gates = [
    { metric: 'accuracy', of: 'accuracy', fail: 0.7 },
    { metric: 'psi', of: 'prediction', fail: 0.1 },
  ]
  expect(judge(60, 199, { gates }).gates).toMatchObject([{ gateNo: 1, action: 'skipped' }])
  expect(judge(60, 200, { gates }).gates).toMatchObject([{ gateNo: 1, action: 'fail' }])
})

test('with trailing thresholds the former nights decide', () => {
  const judged = judgeLabels(outcome(700, 1000), {
    ...none,
    history: ({ scope, metric }) =>
      scope === 'label' && metric === 'psi' ? Array.from({ length: 20 }, (_, i) => 0.9 + i / 100) : [],
    monitor: monitorOf({ thresholds: 'trailing' }),
    reference,
  })
  const of = (name: string) => judged.metrics.find(({ metric }) => metric === name)
  expect(of('psi')?.verdict).toBe('ok')
  expect(of('js_distance')).toMatchObject({ verdict: 'skipped', reason: '0 former values, needed are 14' })
})
