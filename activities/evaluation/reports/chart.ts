import { init, type EChartsOption } from 'echarts'
import { html, Markup } from './html'

/** Colours of charts: variables of the page's style, so that light and dark need no second chart. */
export const chartColours = {
  reference: 'var(--reference)',
  current: 'var(--current)',
  text: 'var(--muted)',
  line: 'var(--line)',
  warn: 'var(--warn)',
  fail: 'var(--fail)',
  paper: 'var(--paper)',
} as const

export interface ChartFrame {
  readonly width: number
  readonly height: number
  /** What the chart shows, for those who cannot see it. */
  readonly label: string
}

/**
 * Draws a chart as SVG without a browser. The same option gives the same bytes: ids, classes and hover styles, which count up
 * in a process, are taken out, and shapes of one colour are joined, which makes it a sixth of the size.
 */
export function chart(option: EChartsOption, { width, height, label }: ChartFrame): Markup {
  const instance = init(null, null, { renderer: 'svg', ssr: true, width, height })
  try {
    const textStyle = { fontFamily: 'inherit', fontSize: 12, color: chartColours.text }
    instance.setOption({ animation: false, textStyle, ...option })
    const drawing = new Markup(cleanSvg(instance.renderToSVGString()))
    return html`<svg
      viewBox="0 0 ${width} ${height}"
      width="${width}"
      height="${height}"
      role="img"
      aria-label="${label}"
    >
      ${drawing}
    </svg>`
  } finally {
    instance.dispose()
  }
}

/** The shapes inside the svg element. Texts are escaped by ECharts: no pattern here can match inside one. */
function cleanSvg(svg: string): string {
  return svg
    .replace(/^<svg[^>]*>|<\/svg>\s*$/g, '')
    .replace(/<style[^>]*>.*?<\/style>|<defs[^>]*>.*?<\/defs>/gs, '')
    .replace(/<rect[^>]* fill="none"><\/rect>/g, '')
    .replace(
      / (ecmeta_\w+|class|pointer-events|clip-path|xml:space|stroke-linejoin|stroke-linecap)="[^"]*"/g,
      '',
    )
    .replace(/font-family:inherit;/g, '')
    .replace(/<g>\s*|\s*<\/g>/g, '')
    .replace(/><\/(path|line|circle|rect|polyline|polygon)>/g, '/>')
    .replace(/\n/g, '')
    .replace(/(<path d="[^"]*"[^>]*\/>)+/g, joinPaths)
}

/** Neighbouring paths that differ in nothing but their course become one. */
function joinPaths(paths: string): string {
  const joined: { readonly rest: string; d: string }[] = []
  for (const [, d = '', rest = ''] of paths.matchAll(/<path d="([^"]*)"([^>]*)\/>/g)) {
    const last = joined.at(-1)
    if (last?.rest === rest && !rest.includes('transform')) last.d += d
    else joined.push({ rest, d })
  }
  return joined.map(({ d, rest }) => `<path d="${d}"${rest}/>`).join('')
}
