import { spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { openBenchStack, projectFolder } from './bench-stack'
import { benchData, benchFolder } from './peers/bench-data'
import { benchOptions, type BenchOptions } from './peers/bench-options'
import { compareRounds } from './peers/compare-rounds'
import { describeMachine } from './peers/machine'
import { measureAll } from './peers/measure-all'
import { resultsPage, type Results } from './peers/results-page'
import { shadowCost } from './shadow-cost'

/**
 * The product and what a user would write or rent instead, in turn, on the same rows and models: see bench/README.md. A wrong
 * output prints no figure and exits 1. Usage: bench-options.ts.
 */
async function main(options: BenchOptions): Promise<void> {
  const data = await benchData(options.against.includes('ray'), say)
  const stack = await openBenchStack(benchFolder, 'bench', say)
  let results: Results
  try {
    const machine = await describeMachine(stack, data)
    say(`${machine.cpu}, ${machine.memory}, ${machine.system}; load ${machine.loadBefore.toFixed(2)}`)
    say(
      Object.entries(machine.versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(', '),
    )
    const at = new Date().toISOString()
    const measured = await measureAll(stack, data, options, say)
    if (options.shadow) await shadowCost(stack, data, options.rowCount, say)
    const { works, rowCount, roundCount } = options
    results = {
      at,
      machine,
      rowCount,
      roundCount,
      works,
      ...measured,
      comparisons: compareRounds(works, measured.rounds, rowCount),
      drift: null,
      withoutRay: data.ray.python === null && options.against.includes('ray') ? data.ray.why : null,
    }
  } finally {
    await stack.close()
  }
  if (options.drift) results = { ...results, drift: await drift(options.quick) }
  write(results, options)
}

function write(results: Results, { full }: BenchOptions): void {
  const page = resultsPage(results)
  const asJson = (_: string, value: unknown): unknown =>
    value instanceof Map ? Object.fromEntries(value as Map<string, unknown>) : value
  fs.writeFileSync(path.join(benchFolder, 'results.json'), `${JSON.stringify(results, asJson, 2)}\n`)
  fs.writeFileSync(path.join(benchFolder, 'results.md'), page)
  if (full) fs.writeFileSync(path.join(projectFolder, 'bench', 'RESULTS.md'), page)
  say(`\n${page}`)
  say(full ? 'Written to bench/RESULTS.md' : 'Not a full run: bench/RESULTS.md stays as it was')
}

/** Drift against Evidently, a benchmark of its own. @returns what it printed */
async function drift(quick: boolean): Promise<string> {
  say('drift against Evidently')
  const child = spawn(
    process.execPath,
    [path.join(__dirname, 'drift-peers.js'), ...(quick ? ['--quick'] : [])],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  if (code !== 0) throw new Error(`the benchmark of drift ended with code ${code}`)
  return text
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

Promise.resolve()
  .then(() => main(benchOptions(process.argv.slice(2))))
  .catch((error: unknown) => {
    // of a failed workflow the innermost cause says what went wrong
    for (let one = error; one instanceof Error; one = one.cause) console.error(one.message)
    process.exitCode = 1
  })
