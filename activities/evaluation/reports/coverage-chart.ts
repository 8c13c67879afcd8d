import type { ReportDecile } from '../../../schemas/report'
import { chart, chartColours } from './chart'
import type { Markup } from './html'
import { numberText } from './number-text'

/** Share of the scored rows that have a label, by decile of the score. */
export function coverageChart(deciles: readonly ReportDecile[]): Markup {
  const shares = deciles.map(({ scored, labelled }) => (scored === 0 ? 0 : labelled / scored))
  const labels = deciles.map(({ scoreUpto }) =>
    scoreUpto === null ? 'above' : `≤ ${numberText.value(scoreUpto, 2)}`,
  )
  const [low, high] = [Math.min(...shares), Math.max(...shares)]
  return chart(
    {
      grid: { left: 46, right: 8, top: 10, bottom: 26 },
      xAxis: {
        type: 'category',
        data: labels,
        axisTick: { show: false },
        axisLine: { lineStyle: { color: chartColours.line } },
        axisLabel: { color: chartColours.text, fontSize: 11 },
      },
      yAxis: {
        type: 'value',
        min: 0,
        max: 1,
        interval: 0.5,
        splitLine: { lineStyle: { color: chartColours.line } },
        axisLabel: { color: chartColours.text, formatter: (share: number) => `${share * 100} %` },
      },
      series: [
        {
          type: 'bar',
          silent: true,
          barWidth: '70%',
          itemStyle: { color: chartColours.current },
          data: shares,
        },
      ],
    },
    {
      width: 340,
      height: 180,
      label: `Label coverage by decile of the score: ${numberText.share(low)} to ${numberText.share(high)}`,
    },
  )
}
