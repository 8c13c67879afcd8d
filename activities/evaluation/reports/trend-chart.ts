import type { ReportTrend } from '../../../schemas/report'
import { chart, chartColours } from './chart'
import type { Markup } from './html'
import { numberText } from './number-text'
import { shownText } from './shown-text'

/**
 * A number over the last batches: a line, the last point marked, the limits of today dashed where they lie within three times
 * the line's own range (else they would flatten it).
 */
export function trendChart({ points, metric, column, warnAt, failAt }: ReportTrend): Markup {
  const values = points.flatMap(({ value }) => (value === null ? [] : [value]))
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const room = Math.max(high - low, Math.abs(high) / 10) * 3
  const limits = [
    { at: warnAt, color: chartColours.warn },
    { at: failAt, color: chartColours.fail },
  ].flatMap(({ at, color }) => (at !== null && at <= high + room && at >= low - room ? [{ at, color }] : []))
  const [least, most] = [low, high, ...limits.map(({ at }) => at)].reduce<[number, number]>(
    ([from, to], at) => [Math.min(from, at), Math.max(to, at)],
    [low, high],
  )
  const from = least >= 0 && least < most / 2 ? 0 : least
  const to = most === least ? most + (Math.abs(most) || 1) / 10 : most
  const name = column === null ? shownText(metric) : `${shownText(metric)} of ${shownText(column, 40)}`
  const last = points.at(-1)
  const label = `${name} over ${points.length} batches, ${shownText(points[0]?.batch ?? '')} to ${shownText(last?.batch ?? '')}: ${numberText.value(low)} to ${numberText.value(high)}, last ${numberText.value(last?.value ?? null)}`
  const axisLabel = { color: chartColours.text, fontSize: 11 }
  return chart(
    {
      grid: { left: 44, right: 10, top: 8, bottom: 22 },
      xAxis: {
        type: 'category',
        data: points.map(({ batch }) => shownText(batch, 16)),
        boundaryGap: false,
        axisTick: { show: false },
        axisLine: { lineStyle: { color: chartColours.line } },
        axisLabel: {
          ...axisLabel,
          interval: (index: number) => index === 0 || index === points.length - 1,
          alignMinLabel: 'left',
          alignMaxLabel: 'right',
        },
      },
      yAxis: {
        type: 'value',
        min: from,
        max: to,
        interval: (to - from) / 2,
        splitLine: { show: false },
        axisLabel: {
          ...axisLabel,
          formatter: (value: number) => numberText.value(Number(value.toPrecision(3))),
        },
      },
      series: [
        {
          type: 'line',
          silent: true,
          clip: false,
          showSymbol: true,
          symbol: 'circle',
          symbolSize: (_: unknown, { dataIndex }: { dataIndex: number }) =>
            dataIndex === points.length - 1 ? 7 : 0,
          lineStyle: { color: chartColours.current, width: 1.5 },
          itemStyle: { color: chartColours.current },
          data: points.map(({ value }) => value),
          markLine: {
            silent: true,
            symbol: 'none',
            label: { show: false },
            data: limits.map(({ at, color }) => ({
              yAxis: at,
              lineStyle: { color, type: 'dashed' as const },
            })),
          },
        },
      ],
    },
    { width: 320, height: 120, label },
  )
}
