/** Writes schemas/*.schema.json anew: npm run build, then node dist/schemas/write-json-schemas.js, from the project's folder. */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { jsonSchemas } from './json-schemas'

for (const [name, schema] of Object.entries(jsonSchemas()))
  writeFileSync(path.join('schemas', name), `${JSON.stringify(schema, null, 2)}\n`)
