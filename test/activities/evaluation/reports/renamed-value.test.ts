import { renamedValue } from '../../../../activities/evaluation/reports/renamed-value'
import type { ReportColumn } from '../../../../schemas/report'

/** A categorical column: rows of each value in the reference and now; what is only now is UNSEEN. */
function column(reference: Record<string, number>, current: Record<string, number>): ReportColumn {
  const labels = Object.keys(reference)
  const unseen = Object.entries(current)
    .filter(([value]) => !labels.includes(value))
    .map(([value, rows]) => ({ value, rows: rows / 2 })) // rows of a sample
  return {
    scope: 'feature',
    column: 'carrier',
    verdict: 'fail',
    severity: 5,
    metrics: [],
    reference: null,
    current: null,
    histogram: {
      kind: 'categorical',
      edges: [],
      labels: [...labels, 'UNSEEN'],
      reference: [...Object.values(reference), 0],
      current: [
        ...labels.map((label) => current[label] ?? 0),
        unseen.reduce((sum, { rows }) => sum + 2 * rows, 0),
      ],
    },
    unseen,
  }
}

test.each<[string, Record<string, number>, Record<string, number>, string | null]>([
  [
    'one value under another name',
    { UA: 181, AA: 819 },
    { United: 183, AA: 817 },
    'carrier: UA (18.1 % of the reference) is gone, United (18.3 %) is new: renamed?',
  ],
  [
    'several at once, the largest first',
    { UA: 300, AA: 200, B6: 500 },
    { United: 290, American: 210, B6: 500 },
    'carrier: UA (30.0 % of the reference) is gone, United (29.0 %) is new; AA (20.0 % of the reference) is gone, American (21.0 %) is new: renamed?',
  ],
  [
    'spaces that nobody sees',
    { UA: 500, AA: 500 },
    { 'UA ': 500, AA: 500 },
    'carrier: UA (50.0 % of the reference) is gone, "UA " (50.0 %) is new: written in another way?',
  ],
  ['a value that is gone and another share that is new', { UA: 500, AA: 500 }, { AA: 950, New: 50 }, null],
  ['a value that is new, and none gone', { UA: 500, AA: 500 }, { UA: 400, AA: 400, New: 200 }, null],
  ['a value that is gone, and none new', { UA: 500, AA: 500 }, { AA: 500 }, null],
  ['a value of hardly any row', { UA: 2, AA: 998 }, { AA: 998, New: 2 }, null],
])('%s', (_, reference, current, sentence) => {
  expect(renamedValue(column(reference, current))).toBe(sentence)
})
