import { chart } from '../../../../activities/evaluation/reports/chart'

const option = (label: string) => ({
  xAxis: { type: 'category' as const, data: [label, 'b'] },
  yAxis: { type: 'value' as const },
  series: [{ type: 'line' as const, silent: true, color: 'var(--current)', data: [1, 2] }],
})
const frame = { width: 300, height: 100, label: 'a "line"' }

test('the same option gives the same bytes, without ids, classes and styles of the process', () => {
  const { text } = chart(option('a'), frame)
  expect(chart(option('a'), frame).text).toBe(text)
  expect(text).not.toMatch(/zr\d|class=|<style|<defs|ecmeta|url\(/)
  expect(text).toMatch(
    /^<svg viewBox="0 0 300 100" width="300" height="100" role="img" aria-label="a &quot;line&quot;">.*<\/svg>$/s,
  )
})

test('texts in it are escaped, also such as look like what is taken out', () => {
  const evil = '</svg><script>" class="zr1" <style>'
  const { text } = chart(option(evil), frame)
  expect(text).not.toMatch(/<script|<style| class="/)
  expect(text).toContain('&lt;/svg&gt;&lt;script&gt;')
})
