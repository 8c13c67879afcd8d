import type { ReportCalibrationBin } from '../../../schemas/report'
import { chart, chartColours } from './chart'
import type { Markup } from './html'
import { numberText } from './number-text'

/** Share of ones against mean score of each bin, with its Wilson interval; on the diagonal scores are probabilities. */
export function calibrationChart(calibration: readonly ReportCalibrationBin[]): Markup {
  const bins = calibration.flatMap(({ meanScore, positiveShare, ciLo, ciHi, rows }) =>
    meanScore === null || positiveShare === null || rows === 0
      ? []
      : [{ x: meanScore, y: positiveShare, low: ciLo ?? positiveShare, high: ciHi ?? positiveShare }],
  )
  const axis = {
    type: 'value' as const,
    min: 0,
    max: 1,
    interval: 0.25,
    splitLine: { lineStyle: { color: chartColours.line } },
    axisLine: { lineStyle: { color: chartColours.line } },
    axisLabel: { color: chartColours.text, formatter: (value: number) => String(value) },
  }
  const furthest = [...bins].sort((a, b) => Math.abs(b.y - b.x) - Math.abs(a.y - a.x))[0]
  const label =
    furthest === undefined
      ? 'Calibration: no rows'
      : `Calibration: share of ones by mean score; furthest off at score ${numberText.value(furthest.x)}, where ${numberText.share(furthest.y)} are ones`
  const line = { type: 'line' as const, silent: true, clip: false, showSymbol: false }
  return chart(
    {
      grid: { left: 40, right: 14, top: 10, bottom: 26 },
      xAxis: axis,
      yAxis: axis,
      series: [
        {
          ...line,
          lineStyle: { color: chartColours.text, type: 'dashed', width: 1 },
          data: [
            [0, 0],
            [1, 1],
          ],
        },
        ...bins.map(({ x, low, high }) => ({
          ...line,
          lineStyle: { color: chartColours.current, width: 1.5 },
          data: [
            [x, low],
            [x, high],
          ],
        })),
        {
          ...line,
          showSymbol: true,
          symbol: 'circle',
          symbolSize: 7,
          itemStyle: { color: chartColours.current },
          lineStyle: { color: chartColours.current, width: 1.5 },
          data: bins.map(({ x, y }) => [x, y]),
        },
      ],
    },
    { width: 340, height: 300, label },
  )
}
