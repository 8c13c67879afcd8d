import fc from 'fast-check'
import type { Figure } from '../../../../activities/evaluation/accuracy/figure'
import {
  judgeFigure,
  type AccuracyThreshold,
  type JudgedBy,
} from '../../../../activities/evaluation/accuracy/judge-figure'

const figureOf = (metric: string, value: number | null, half: number | null = 0.01): Figure => ({
  metric,
  value,
  ciLo: half === null || value === null ? null : value - half,
  ciHi: half === null || value === null ? null : value + half,
  n: 1000,
  reason: null,
})
const rule = (
  kind: 'absolute' | 'relative',
  warn: number | null,
  fail: number | null,
): AccuracyThreshold => ({
  metric: 'any',
  kind,
  warn,
  fail,
})
const judge = (figure: Figure, by: Partial<JudgedBy>) =>
  judgeFigure(figure, { threshold: null, reference: null, rows: 1000, minRows: 200, ...by })

test.each([
  ['roc_auc', 0.8, 'ok'],
  ['roc_auc', 0.75, 'ok'],
  ['roc_auc', 0.74, 'warn'],
  ['roc_auc', 0.69, 'fail'],
])('an absolute threshold on what should be high: %s %d is %s', (metric, value, verdict) => {
  expect(judge(figureOf(metric, value), { threshold: rule('absolute', 0.75, 0.7) })).toEqual({
    warnAt: 0.75,
    failAt: 0.7,
    verdict,
    reason: null,
  })
})

test.each([
  ['log_loss', 0.4, 'ok'],
  ['log_loss', 0.55, 'warn'],
  ['rmse', 0.7, 'fail'],
  ['bias', 0.4, 'ok'],
  ['bias', -0.7, 'fail'],
  ['residual_p50', -0.55, 'warn'],
])('an absolute threshold on what should be low, or near 0: %s %d is %s', (metric, value, verdict) => {
  const found = judge(figureOf(metric, value), { threshold: rule('absolute', 0.5, 0.6) })
  expect(found.verdict).toBe(verdict)
})

const reference = { value: 0.8, ciLo: 0.79, ciHi: 0.81, nCurrent: 5000 }

test('a relative threshold lets through what chance explains', () => {
  // the difference has a standard error of sqrt(2) 0.01 / 1.96 = 0.0072: 2.576 of them are 0.0186
  const found = judge(figureOf('roc_auc', 0.785), { threshold: rule('relative', 0.01, 0.05), reference })
  expect(found.warnAt).toBeCloseTo(0.8 - 0.018587, 5)
  expect(found.failAt).toBeCloseTo(0.75, 12)
  expect(found.verdict).toBe('ok')
  expect(judge(figureOf('roc_auc', 0.78), { threshold: rule('relative', 0.01, 0.05), reference }).verdict).toBe('warn') // prettier-ignore
  expect(judge(figureOf('roc_auc', 0.74), { threshold: rule('relative', 0.01, 0.05), reference }).verdict).toBe('fail') // prettier-ignore
})

test('a relative threshold looks at the worse side only, of a bias at its size', () => {
  const threshold = rule('relative', 0.05, 0.1)
  expect(judge(figureOf('mae', 0.6), { threshold, reference }).verdict).toBe('ok')
  expect(judge(figureOf('mae', 0.95), { threshold, reference }).verdict).toBe('fail')
  expect(judge(figureOf('bias', -0.81), { threshold, reference }).verdict).toBe('ok')
  expect(judge(figureOf('bias', -0.95), { threshold, reference }).verdict).toBe('fail')
})

test('without a threshold there is no verdict', () => {
  expect(judge(figureOf('roc_auc', 0.8), {})).toEqual({ warnAt: null, failAt: null, verdict: 'none', reason: null }) // prettier-ignore
})

test.each<[string, Figure, Partial<JudgedBy>, string | null]>([
  ['under 200 rows', figureOf('f1', 0.1), { rows: 199, threshold: rule('absolute', 0.5, 0.4) }, '199 labelled rows, 200 are judged'], // prettier-ignore
  ['undefined', { ...figureOf('roc_auc', null), reason: 'one class only' }, { threshold: rule('absolute', 0.5, 0.4) }, 'one class only'], // prettier-ignore
  ['without an interval', figureOf('precision', 0, null), { threshold: rule('absolute', 0.5, 0.4) }, 'no interval: too few rows'], // prettier-ignore
  ['without a reference', figureOf('f1', 0.1), { threshold: rule('relative', 0.5, 0.4) }, 'the reference has no such figure'], // prettier-ignore
])('what is %s is skipped and says so', (_, figure, by, reason) => {
  expect(judge(figure, by)).toMatchObject({ verdict: 'skipped', reason })
})

test('199 rows keep their number’s own reason, and their threshold is shown', () => {
  const figure = { ...figureOf('ece', 0.2), reason: 'sampled' }
  const found = judge(figure, { rows: 199, threshold: rule('absolute', 0.1, null) })
  expect(found).toEqual({
    warnAt: 0.1,
    failAt: null,
    verdict: 'skipped',
    reason: '199 labelled rows, 200 are judged; sampled',
  })
})

test('the worse the value, the worse the verdict', () => {
  const severity = ['ok', 'warn', 'fail']
  const share = fc.double({ min: 0, max: 1, noNaN: true })
  fc.assert(
    fc.property(share, share, fc.constantFrom('absolute' as const, 'relative' as const), (a, b, kind) => {
      const threshold = kind === 'absolute' ? rule(kind, 0.6, 0.4) : rule(kind, 0.1, 0.3)
      const [low, high] = [Math.min(a, b), Math.max(a, b)].map((value) =>
        severity.indexOf(judge(figureOf('accuracy', value), { threshold, reference }).verdict),
      )
      expect(low).toBeGreaterThanOrEqual(high!)
    }),
  )
})
