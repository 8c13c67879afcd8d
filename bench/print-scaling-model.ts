import { scalingTables } from './scaling-tables'

/** Prints the tables of docs/scaling.md: npm run bench:model. A test holds the page to them. */
for (const [name, table] of Object.entries(scalingTables())) process.stdout.write(`${name}\n\n${table}\n\n`)
