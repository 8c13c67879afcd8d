import fs from 'node:fs'
import path from 'node:path'
import { scalingTables } from '../../bench/scaling-tables'

const page = path.resolve(__dirname, '..', '..', 'docs', 'scaling.md')

/** The page with each table between its marks anew. */
function withTables(text: string): string {
  return Object.entries(scalingTables()).reduce((all, [name, table]) => {
    const marked = new RegExp(`(<!-- ${name}: npm run bench:model -->\n\n)[^]*?(\n\n<!-- end -->)`)
    expect(all).toMatch(marked)
    return all.replace(marked, (_, before: string, after: string) => before + table + after)
  }, text)
}

test('the tables of docs/scaling.md are what npm run bench:model prints (UPDATE_DOCS=1 writes them)', () => {
  const text = fs.readFileSync(page, 'utf8')
  if (process.env['UPDATE_DOCS'] === '1') fs.writeFileSync(page, withTables(text))
  expect(fs.readFileSync(page, 'utf8')).toBe(withTables(text))
})
