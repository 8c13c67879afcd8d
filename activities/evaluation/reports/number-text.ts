/**
 * Numbers as people read them; null is a dash.
 * - `value`: three significant digits, whole numbers in full, 12,345 grouped, the very small and large as 1.2e-7.
 * - `share`: 0 to 1 as percent with one decimal; what is not quite 0 or 1 says so.
 * - `count`: a whole number, grouped. - `probability`: a p or q value. - `times`: a severity, as in 3.2 x.
 */
export const numberText = { value, share, count, probability, times }

const none = '–'

function value(of: number | null, digits = 3): string {
  if (of === null || Number.isNaN(of)) return none
  const size = Math.abs(of)
  if (size === Infinity) return of > 0 ? '∞' : '-∞'
  if (size >= 1e9 || (size < 1e-4 && size > 0)) return of.toExponential(digits - 1)
  if (Number.isInteger(of)) return grouped(of)
  return size >= 1_000 ? grouped(Math.round(of)) : String(Number(of.toPrecision(digits)))
}

function share(of: number | null): string {
  if (of === null || !Number.isFinite(of)) return none
  const percent = Math.abs(of) * 100
  const sign = of < 0 ? '-' : ''
  if (percent === 0 || percent === 100) return `${sign}${percent} %`
  if (percent < 0.05) return of < 0 ? '> -0.1 %' : '< 0.1 %'
  if (percent > 99.95 && percent < 100) return `${sign}99.9 %`
  return `${sign}${percent.toFixed(1)} %`
}

function count(of: number | null): string {
  return of === null || !Number.isFinite(of) ? none : grouped(Math.round(of))
}

function probability(of: number | null): string {
  if (of === null) return none
  if (of < 1e-16) return '< 1e-16'
  return of < 0.001 ? of.toExponential(1) : String(Number(of.toPrecision(2)))
}

function times(severity: number | null): string {
  if (severity === null) return none
  if (severity >= 100) return '> 99 ×'
  return `${severity >= 10 ? severity.toFixed(0) : severity.toFixed(severity < 0.1 && severity > 0 ? 2 : 1)} ×`
}

function grouped(whole: number): string {
  return String(whole).replace(/\B(?=(\d{3})+(?!\d))/g, ',')
}
