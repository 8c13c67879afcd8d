import fs from 'node:fs'
import path from 'node:path'
import { fixedLimits } from '../../../../activities/evaluation/drift/fixed-limits'

test('a warning comes before a failure', () => {
  for (const [metric, { warnAt, failAt }] of fixedLimits)
    expect({ metric, before: 0 < warnAt && warnAt < failAt }).toEqual({ metric, before: true })
})

test('the page of metrics says the same limits', () => {
  const page = fs.readFileSync(path.resolve(__dirname, '..', '..', '..', '..', 'docs', 'metrics.md'), 'utf8')
  for (const [metric, { warnAt, failAt }] of fixedLimits) {
    const row = page.split('\n').find((line) => line.startsWith('|') && line.includes(`\`${metric}\``)) ?? ''
    expect(row).toContain(`${warnAt}, ${failAt}`)
  }
})
