import { histogramChart } from '../../../../activities/evaluation/reports/histogram-chart'

test('bars of numbers are ranges that end at an edge; shares are of the values', () => {
  const histogram = {
    kind: 'numeric',
    edges: [1, 2.5],
    labels: [],
    reference: [1, 2, 1],
    current: [0, 0, 8],
  } as const
  expect(
    histogramChart.bars(histogram).map(({ label, reference, current }) => [label, reference, current]),
  ).toEqual([
    ['≤ 1', 0.25, 0],
    ['≤ 2.5', 0.5, 0],
    ['> 2.5', 0.25, 1],
  ])
  expect(histogramChart.small(histogram, 'temp').text).toContain(
    'furthest apart at &gt; 2.5: 25.0 % in the reference, 100 % now',
  )
})

test('of many categories the largest on either side stay, the others are one bar', () => {
  const labels = Array.from({ length: 52 }, (_, i) => `v${i}`)
  const counts = labels.map((_, i) => (i === 50 ? 0 : 100 - i))
  const current = labels.map((_, i) => (i === 50 ? 500 : 1))
  const bars = histogramChart.bars({ kind: 'categorical', edges: [], labels, reference: counts, current })
  expect(bars).toHaveLength(16)
  expect(bars.map(({ label }) => label)).toContain('v50')
  expect(bars.at(-1)!.label).toBe('37 more')
  const sum = (of: (bar: (typeof bars)[number]) => number): number =>
    bars.reduce((total, bar) => total + of(bar), 0)
  expect(sum(({ reference }) => reference)).toBeCloseTo(1, 12)
  expect(sum(({ currentRows }) => currentRows)).toBe(551)
})

test('sides without rows are bars of no height', () => {
  const empty = { kind: 'numeric', edges: [], labels: [], reference: [0], current: [0] } as const
  expect(histogramChart.bars(empty)).toEqual([
    { label: 'all', reference: 0, current: 0, referenceRows: 0, currentRows: 0 },
  ])
})
