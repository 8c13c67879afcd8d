import { comparisonFigure } from '../../../../activities/evaluation/comparison/comparison-figure'
import { composeReport } from '../../../../activities/evaluation/reports/compose-report'
import { renderReport } from '../../../../activities/evaluation/reports/render-report'
import type { ReportComparison } from '../../../../schemas/report'
import { flights, nightParts } from './flights-night'

const comparison: ReportComparison = {
  challenger: 'flights-late@3',
  rowsBoth: 29_425,
  rowsLabelled: 28_293,
  numeric: 'fail',
  numericReason: '12 labels flipped',
  nonInferiority: 'ok',
  nonInferiorityReason: 'roc_auc_difference 0.0429, 95 % interval 0.0367 to 0.049: not below -0.005',
  figures: [
    comparisonFigure.of('flips', 12, 29_425, { verdict: 'fail' }),
    comparisonFigure.of('flips', 12, 400, { direction: 'on <time> -> late' }),
    comparisonFigure.of('roc_auc_difference', 0.0429, 28_293, {
      champion: 0.677,
      challenger: 0.72,
      ciLo: 0.0367,
      ciHi: 0.049,
      verdict: 'ok',
    }),
  ],
  segments: [comparisonFigure.of('roc_auc_difference', -0.01, 300, { segment: 'carrier=AS' })],
}
const parts = nightParts(flights(300, 9))
const report = composeReport({ ...parts, comparison })
const page = renderReport(report)

test('a run with a shadow shows both verdicts, the figures and the worst segments', () => {
  expect(report.comparison).toEqual(comparison)
  const [, section = ''] = page.split('<h2>Shadow</h2>')
  const text = section
    .split('</section>')[0]!
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
  expect(text).toContain('29,425 rows scored by both, 28,293 with a label')
  expect(text).toContain('Numerically the same fail 12 labels flipped')
  expect(text).toContain('Not inferior ok roc_auc_difference 0.0429')
  expect(text).toContain('roc_auc_difference 0.677 0.72 0.0429 0.0367 to 0.049')
  expect(text).toContain('flips on &lt;time&gt; -&gt; late')
  expect(text).toContain('carrier=AS roc_auc_difference')
})

test('a run without one says nothing of it', () => {
  expect(renderReport(composeReport(parts))).not.toContain('Shadow</h2>')
})

test('a challenger does not change what the run itself is said to be', () => {
  const { verdict, headline } = composeReport(parts)
  expect(report).toMatchObject({ verdict, headline })
})
