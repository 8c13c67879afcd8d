import fs from 'node:fs'
import path from 'node:path'
import { jsonSchemas } from '../../schemas/json-schemas'

const folder = path.resolve(__dirname, '..', '..', 'schemas')

test.each(Object.entries(jsonSchemas()))('%s is a fresh generation', (name, schema) => {
  const committed: unknown = JSON.parse(fs.readFileSync(path.join(folder, name), 'utf8'))
  expect(committed).toEqual(JSON.parse(JSON.stringify(schema)))
})

test('no schema is committed that is not generated', () => {
  const committed = fs.readdirSync(folder).filter((name) => name.endsWith('.schema.json'))
  expect(committed.sort()).toEqual(Object.keys(jsonSchemas()).sort())
})
