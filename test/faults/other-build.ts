import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { temporaryFolder } from '../stack'

const project = path.resolve(__dirname, '..', '..')

/**
 * Builds Nightscore with changed workflows, as the next version would be: a version of its own, the same activities.
 * @param changes texts of workflows/score-batch.ts to replace, each of them once
 * @returns the build's folder
 */
export function otherBuild(version: string, changes: readonly (readonly [string, string])[]): string {
  const folder = temporaryFolder()
  for (const name of ['dist', 'workflows', 'schemas'])
    fs.cpSync(path.join(project, name), path.join(folder, name), { recursive: true })
  fs.symlinkSync(fs.realpathSync(path.join(project, 'node_modules')), path.join(folder, 'node_modules'))
  const description = JSON.parse(fs.readFileSync(path.join(project, 'package.json'), 'utf8')) as object
  fs.writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ ...description, version }))

  const file = path.join(folder, 'workflows', 'score-batch.ts')
  let source = fs.readFileSync(file, 'utf8')
  for (const [from, to] of changes) {
    if (source.split(from).length !== 2)
      throw new Error(`workflows/score-batch.ts does not hold once: ${from}`)
    source = source.replace(from, () => to)
  }
  fs.writeFileSync(file, source)
  // as workers/set-up.mjs does it; in a process of its own, for webpack in Jest's contexts is slow
  const script = `require('@temporalio/worker').bundleWorkflowCode({ workflowsPath: ${JSON.stringify(path.join(folder, 'workflows', 'index.ts'))} })
    .then(({ code }) => require('node:fs').writeFileSync('dist/workflow-bundle.js', code))`
  execFileSync(process.execPath, ['-e', script], { cwd: folder, stdio: 'pipe' })
  return folder
}
