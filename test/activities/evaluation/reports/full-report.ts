import { composeReport, type ReportParts } from '../../../../activities/evaluation/reports/compose-report'
import { plainMetric } from '../../../../activities/evaluation/quality/plain-metric'
import type { Report, ReportTrend } from '../../../../schemas/report'
import type { MetricValue } from '../../../../schemas/metric'
import { flights, mapped, nightParts, random, renamed } from './flights-night'

/** A report in which every section has something: a unit changed, a category renamed, labels came, a gate held. */
export const fullReport = (): Report => composeReport(fullParts())

/** What it is made of. */
export function fullParts(): ReportParts {
  const columns = flights(943, 2)
  columns.set(
    'feature/temp',
    mapped(columns.get('feature/temp'), (f) => ((f - 32) * 5) / 9),
  )
  columns.set('feature/carrier', renamed(columns.get('feature/carrier'), 'UA', 'United'))
  columns.set(
    'prediction/score',
    mapped(columns.get('prediction/score'), (score) => score * 0.7 + 0.2),
  )
  const segments = new Map([
    ['origin=EWR', flights(400, 3)],
    [
      'origin=JFK',
      new Map([
        ...flights(380, 4),
        ['feature/wind_speed', mapped(flights(380, 4).get('feature/wind_speed'), (v) => v + 6)],
      ] as const),
    ],
    ['origin=LGA', flights(163, 5)],
  ])
  const parts = nightParts(columns, { segments })
  const accuracy = [
    figure('accuracy', 0.781, 0.752, 0.808),
    figure('roc_auc', 0.612, 0.57, 0.654, { warnAt: 0.68, failAt: 0.64, verdict: 'fail' }),
    figure('log_loss', 0.56, 0.52, 0.6, { warnAt: 0.62, failAt: 0.7, verdict: 'ok' }),
    figure('brier', 0.171, 0.16, 0.18),
    { ...figure('ece', 0.04, 0.02, 0.07), reason: 'interval from 100000 sampled rows' },
  ]
  return {
    ...parts,
    metrics: [
      ...parts.metrics,
      ...accuracy,
      ...accuracy.slice(0, 2).map((one) => ({ ...one, segment: 'origin=JFK', verdict: 'none' as const })),
      {
        ...figure('roc_auc', 0.71, 0, 0),
        scope: 'estimate',
        ciLo: null,
        ciHi: null,
        reason: 'estimated: CBPE, isotonic on 50000 labelled rows',
      },
      plainMetric({ scope: 'quality', metric: 'source_age_hours', value: 3.2, nCurrent: 943 }),
    ],
    gates: [
      {
        gateNo: 1,
        scope: 'prediction',
        column: 'score',
        segment: null,
        metric: 'psi',
        value: 1.91,
        limitAt: 0.4,
        action: 'hold',
        reason: null,
      },
      {
        gateNo: 2,
        scope: 'feature',
        column: 'wind_speed',
        segment: null,
        metric: 'psi',
        value: 0.01,
        limitAt: 0.2,
        action: 'ok',
        reason: null,
      },
      {
        gateNo: 3,
        scope: 'speed',
        column: null,
        segment: null,
        metric: 'inference_ms_p99',
        value: null,
        limitAt: null,
        action: 'skipped',
        reason: 'the run has no inference_ms_p99 of speed',
      },
    ],
    evaluation: {
      asOf: '2013-07-06T09:00:00.000Z',
      version: 2,
      verdict: 'fail',
      scored: 943,
      labelled: 902,
      received: 1_950,
      unknown: 1_000,
      conflicts: 12,
      mature: true,
      history: [
        {
          asOf: '2013-07-05T09:00:00.000Z',
          labelled: 400,
          metrics: { accuracy: 0.79, roc_auc: 0.65, log_loss: 0.5, brier: 0.16 },
        },
        {
          asOf: '2013-07-06T09:00:00.000Z',
          labelled: 902,
          metrics: { accuracy: 0.781, roc_auc: 0.612, log_loss: 0.56, brier: 0.171 },
        },
      ],
      coverage: Array.from({ length: 10 }, (_, i) => ({
        scoreAbove: i === 0 ? null : 0.05 + i / 20,
        scoreUpto: i === 9 ? null : 0.1 + i / 20,
        scored: 94,
        labelled: 94 - i,
      })),
      calibration: Array.from({ length: 10 }, (_, i) => {
        const share = 0.06 + i * 0.08
        return {
          meanScore: i / 10 + 0.05,
          positiveShare: share,
          ciLo: share - 0.04,
          ciHi: share + 0.05,
          rows: 90 - 8 * i,
        }
      }),
      confusion: {
        labels: ['false', 'true'],
        rows: [
          [640, 60],
          [137, 65],
        ],
      },
    },
    trends: [
      ...parts.trends,
      trend('prediction', 'psi', 'score', 0.1, 0.25),
      trend('accuracy', 'roc_auc', null, 0.68, 0.64),
      trend('speed', 'rows_per_second', null, null, null),
    ],
  }
}

function figure(
  metric: string,
  value: number,
  ciLo: number,
  ciHi: number,
  more: Partial<MetricValue> = {},
): MetricValue {
  return plainMetric({ scope: 'accuracy', metric, value, ciLo, ciHi, nCurrent: 902, ...more })
}

function trend(
  scope: ReportTrend['scope'],
  metric: string,
  column: string | null,
  warnAt: number | null,
  failAt: number | null,
): ReportTrend {
  const next = random(metric.length)
  const base = { psi: 0.04, roc_auc: 0.7, rows_per_second: 50_000 }[metric] ?? 1
  const points = Array.from({ length: 29 }, (_, i) => ({
    batch: `2013-06-${String(i + 6).padStart(2, '0')}`,
    value: base * (0.8 + 0.4 * next()),
    verdict: 'ok' as const,
  }))
  return { scope, metric, column, warnAt, failAt, points }
}
