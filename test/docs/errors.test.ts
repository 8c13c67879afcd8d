import fs from 'node:fs'
import path from 'node:path'
import { errorsPage } from './errors-page'

const page = path.resolve(__dirname, '..', '..', 'docs', 'errors.md')

test('docs/errors.md is what the catalogue says (UPDATE_DOCS=1 writes it)', () => {
  if (process.env['UPDATE_DOCS'] === '1') fs.writeFileSync(page, errorsPage())
  expect(fs.readFileSync(page, 'utf8')).toBe(errorsPage())
})
