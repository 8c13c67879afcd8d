import fs from 'node:fs'
import path from 'node:path'
import { activityOptions } from '../../workflows/activity-options'
import { environmentVariables } from '../../workers/cli/help-page'
import { projectFolder } from './pages'

const page = fs.readFileSync(path.join(projectFolder, 'docs', 'operations.md'), 'utf8')

test('the table of timeouts is what workflows use', () => {
  const rows = [...page.matchAll(/^\| `(\w+)` \| (\w+) \| (\w+) \| (\w+) \|/gm)].map((row) => row.slice(1))
  const used = Object.entries(activityOptions).map(([name, options]) => [
    name,
    options.startToCloseTimeout,
    'heartbeatTimeout' in options ? options.heartbeatTimeout : 'none',
    options.scheduleToCloseTimeout,
  ])
  expect(rows).toEqual(used)
})

test('the table of variables has every variable that the code reads, and no other', () => {
  const documented = [...page.matchAll(/`(NIGHTSCORE_[A-Z_]+)/g)].map(([, name]) => name!)
  const read = sources('workers', 'activities').flatMap(
    (text) => text.match(/\bNIGHTSCORE_[A-Z_]*[A-Z]\b/g) ?? [],
  )
  const names = new Set(
    read.map((name) => (name.startsWith('NIGHTSCORE_CONNECTION') ? 'NIGHTSCORE_CONNECTION_' : name)),
  )
  expect([...new Set(documented)].sort()).toEqual([...names].sort())
})

test('the variables on the help page are documented', () => {
  for (const [name] of environmentVariables) expect(page).toContain(`\`${name}\``)
})

function sources(...folders: string[]): string[] {
  return folders.flatMap((folder) =>
    fs
      .readdirSync(path.join(projectFolder, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => fs.readFileSync(path.join(projectFolder, folder, name), 'utf8')),
  )
}
