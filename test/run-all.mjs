/**
 * `npm test`: everything that has to hold, one step after the other, a count at the end. Node alone: a fresh clone will do.
 *
 *     node test/run-all.mjs                  all steps
 *     node test/run-all.mjs format unit      the set-up and the named ones
 */
import { spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')
const results = path.join(root, '.nightscore', 'test-results')
const program = (...parts) => path.join(root, 'node_modules', ...parts)

const steps = [
  {
    name: 'format',
    what: 'prettier',
    run: () => check(program('prettier', 'bin', 'prettier.cjs'), '--check', '.'),
  },
  {
    name: 'lint',
    what: 'eslint',
    run: () => check(program('eslint', 'bin', 'eslint.js'), '.', '--max-warnings', '0'),
  },
  // the set-up has compiled all of it, strictly, or we would not be here: a second tsc would say the same
  { name: 'types', what: 'tsc: checked by the set-up', run: () => ({ passed: 0, failed: 0 }) },
  { name: 'unit', what: 'jest: no servers; the rules of code and docs among them', run: () => jest('unit') },
  {
    name: 'integration',
    what: 'jest: real Postgres, real Temporal, real workers',
    run: () => jest('integration'),
  },
]

process.exitCode = await main(process.argv.slice(2))

async function main(wanted) {
  const unknown = wanted.filter((name) => !steps.some((step) => step.name === name))
  if (unknown.length > 0) {
    console.error(
      `Unknown step ${unknown.join(', ')}. There are: ${steps.map(({ name }) => name).join(', ')}.`,
    )
    return 2
  }
  fs.mkdirSync(results, { recursive: true })
  const total = { passed: 0, failed: 0 }
  const failed = []
  const run = async (step) => {
    console.log(`\n=== ${step.name} (${step.what})`)
    const started = Date.now()
    const count = await step.run()
    total.passed += count.passed
    total.failed += count.failed
    if (count.failed > 0) failed.push(step.name)
    const verdict = count.failed > 0 ? `${count.failed} failed` : 'ok'
    console.log(`--- ${step.name}: ${verdict}, ${((Date.now() - started) / 1000).toFixed(1)} s`)
    return count.failed === 0
  }
  const setUp = { name: 'set-up', what: 'packages, build', run: () => check('workers/set-up.mjs') }
  if (await run(setUp))
    for (const step of steps) if (wanted.length === 0 || wanted.includes(step.name)) await run(step)

  if (failed.length > 0) console.log(`\nFailed: ${failed.join(', ')}`)
  console.log(`\n${total.passed} passed, ${total.failed} failed`)
  return total.failed > 0 ? 1 : 0
}

/** A program that is content or not: one failed item when it is not. */
async function check(...words) {
  return { passed: 0, failed: (await node(words)) === 0 ? 0 : 1 }
}

async function jest(project) {
  const outputFile = path.join(results, `${project}.json`)
  fs.rmSync(outputFile, { force: true })
  const code = await node([
    program('jest', 'bin', 'jest.js'),
    ...['--selectProjects', project, '--passWithNoTests', '--json', `--outputFile=${outputFile}`],
  ])
  return count(fs.existsSync(outputFile) ? JSON.parse(fs.readFileSync(outputFile, 'utf8')) : undefined, code)
}

/** A file that does not even load counts as one failed test, and so does a Jest that ends badly without saying why. */
function count(report, code) {
  const passed = report?.numPassedTests ?? 0
  const failed = (report?.numFailedTests ?? 0) + (report?.numRuntimeErrorTestSuites ?? 0)
  const skipped = (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0)
  if (skipped > 0) console.log(`${skipped} skipped`)
  return { passed, failed: code !== 0 && failed === 0 ? 1 : failed }
}

function node(words) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, words, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] })
    child.once('error', () => resolve(1))
    child.once('exit', (code) => resolve(code ?? 1))
  })
}
