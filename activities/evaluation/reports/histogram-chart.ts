import type { ReportHistogram } from '../../../schemas/report'
import { chart, chartColours } from './chart'
import type { Markup } from './html'
import { numberText } from './number-text'
import { shownText } from './shown-text'

const barsAtMost = 16
const small = { width: 120, height: 34 }

/**
 * Reference (wide, pale) and current (narrow, strong) shares of each bin: `small` without text, for a line of a table, `large`
 * with axes. Of many categories the 15 with most rows, and what is left as one.
 */
export const histogramChart = { small: drawSmall, large: drawLarge, bars: barsOf }

/** A bar of the chart; shares 0 to 1 of the rows that have a value. */
export interface HistogramBar {
  readonly label: string
  readonly reference: number
  readonly current: number
  readonly referenceRows: number
  readonly currentRows: number
}

function drawSmall(histogram: ReportHistogram, name: string): Markup {
  const bars = barsOf(histogram)
  const axes = {
    grid: { left: 0, right: 0, top: 1, bottom: 0 },
    xAxis: [hiddenAxis(bars), hiddenAxis(bars)],
    yAxis: { type: 'value' as const, show: false },
  }
  return chart({ ...axes, series: series(bars) }, { ...small, label: describe(bars, name) })
}

function drawLarge(histogram: ReportHistogram, name: string, size = { width: 420, height: 200 }): Markup {
  const bars = barsOf(histogram)
  const numeric = histogram.kind === 'numeric'
  const peak = Math.max(...bars.map(({ reference, current }) => Math.max(reference, current)))
  const slanted = !numeric && bars.some(({ label }) => label.length > 5)
  return chart(
    {
      grid: { left: 42, right: 8, top: 10, bottom: slanted ? 62 : 28 },
      xAxis: [
        {
          type: 'category',
          data: bars.map(({ label }) => label),
          axisTick: { show: false },
          axisLine: { lineStyle: { color: chartColours.line } },
          axisLabel: {
            color: chartColours.text,
            interval: numeric ? 'auto' : 0,
            rotate: slanted ? 40 : 0,
            formatter: (label: string) => (numeric ? label : shownText(label, 12)),
          },
        },
        hiddenAxis(bars),
      ],
      yAxis: {
        type: 'value',
        splitNumber: 3,
        ...(peak > 0.85 ? { max: 1, interval: 0.25 } : {}),

        splitLine: { lineStyle: { color: chartColours.line } },
        axisLabel: {
          color: chartColours.text,
          formatter: (share: number) => `${Number((share * 100).toPrecision(3))} %`,
        },
      },
      series: series(bars),
    },
    { ...size, label: describe(bars, name) },
  )
}

/** Each side has an axis of its own, or ECharts would put the bars beside each other. */
function series(bars: readonly HistogramBar[]) {
  const shared = { type: 'bar' as const, silent: true }
  return [
    {
      ...shared,
      barWidth: '86%',
      itemStyle: { color: chartColours.reference },
      data: bars.map(({ reference }) => reference),
    },
    {
      ...shared,
      xAxisIndex: 1,
      barWidth: '44%',
      itemStyle: { color: chartColours.current },
      data: bars.map(({ current }) => current),
    },
  ]
}

function hiddenAxis(bars: readonly HistogramBar[]) {
  return { type: 'category' as const, show: false, data: bars.map(({ label }) => label) }
}

function barsOf({ kind, edges, labels, reference, current }: ReportHistogram): HistogramBar[] {
  const [before, now] = [reference, current].map((counts) => counts.reduce((sum, one) => sum + one, 0) || 1)
  const all = reference.map((count, i) => ({
    label: kind === 'numeric' ? rangeLabel(edges, i) : shownText(labels[i] ?? '', 40),
    reference: count / before!,
    current: (current[i] ?? 0) / now!,
    referenceRows: count,
    currentRows: current[i] ?? 0,
  }))
  if (kind === 'numeric' || all.length <= barsAtMost) return all
  const size = ({ reference: p, current: q }: HistogramBar): number => Math.max(p, q)
  const kept = new Set([...all].sort((a, b) => size(b) - size(a)).slice(0, barsAtMost - 1))
  const rest = all.filter((bar) => !kept.has(bar))
  const sum = (side: Exclude<keyof HistogramBar, 'label'>): number =>
    rest.reduce((total, bar) => total + bar[side], 0)
  return [
    ...all.filter((bar) => kept.has(bar)),
    {
      label: `${rest.length} more`,
      reference: sum('reference'),
      current: sum('current'),
      referenceRows: sum('referenceRows'),
      currentRows: sum('currentRows'),
    },
  ]
}

/** A bin is (edge before, edge]. */
function rangeLabel(edges: readonly number[], bin: number): string {
  const [from, to] = [edges[bin - 1], edges[bin]]
  if (from === undefined && to === undefined) return 'all'
  if (from === undefined) return `≤ ${numberText.value(to!)}`
  return to === undefined ? `> ${numberText.value(from)}` : `≤ ${numberText.value(to)}`
}

function describe(bars: readonly HistogramBar[], name: string): string {
  const moved = [...bars].sort(
    (a, b) => Math.abs(b.current - b.reference) - Math.abs(a.current - a.reference),
  )[0]
  return moved === undefined
    ? `${shownText(name)}: no values`
    : `${shownText(name)}, reference and current shares by bin; furthest apart at ${moved.label}: ${numberText.share(moved.reference)} in the reference, ${numberText.share(moved.current)} now`
}
