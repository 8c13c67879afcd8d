import { execFile } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import type { Values, Work } from './drift-ours'
import { pythonEnvironment } from './python-environment'

/**
 * Drift of 500,000 x 16 float32 values by Evidently and by us, on the same rows, both from memory. Each measurement is a
 * process of its own that loads the rows, warms up on the first 24,000, and then does the work once: its time on the clock and
 * on the processor, and how far resident memory rose, warm-up and work together, above what it was with the rows loaded (VmHWM -
 * VmRSS of Linux). The two take turns; medians and spread of the rounds are printed, after our numbers were found equal to
 * numpy's and scipy's on our bins.
 *
 * Two pairs are like for like: one metric alone, against a ValueDrift for each column; and all that we do for a report
 * (profiles in batches, merged shards, every metric, rates, q values, verdicts) against a DataDriftPreset.
 * Usage: npm run bench:drift [-- --quick]     --quick: 100,000 rows, one round
 */
interface Measured {
  readonly seconds: number
  /** Of all threads: what other processes on the machine do matters less to it. */
  readonly cpuSeconds: number
  readonly beforeKb: number | null
  readonly peakKb: number | null
  readonly values: Values
}

interface EvidentlyMeasured extends Omit<Measured, 'values'> {
  readonly values: Readonly<Record<string, number>>
}

type Metric = Exclude<Work, 'all'>
type Checked = Readonly<Record<string, Readonly<Record<Metric | 'wassersteinOfAllRows', number>>>>

const metrics: readonly Metric[] = ['psi', 'jensenshannon', 'wasserstein']
const targets: Readonly<Record<Metric, number>> = { psi: 50, jensenshannon: 50, wasserstein: 20 }
const project = path.resolve(__dirname, '..', '..')
const bench = path.join(project, '.nightscore', 'bench')
const script = path.join(project, 'bench', 'python', 'drift.py')
const run = promisify(execFile)

/** What each measurement found, round by round. */
class Rounds {
  private readonly found = new Map<string, (Measured | EvidentlyMeasured)[]>()

  add(what: string, measured: Measured | EvidentlyMeasured): void {
    this.found.set(what, [...(this.found.get(what) ?? []), measured])
  }

  seconds(what: string): number {
    return median(this.of(what).map(({ seconds }) => seconds))
  }

  cpuSeconds(what: string): number {
    return median(this.of(what).map(({ cpuSeconds }) => cpuSeconds))
  }

  /** MB above what the loaded rows took; null where it cannot be read. */
  rise(what: string): number | null {
    const rises = this.of(what).map(({ beforeKb, peakKb }) =>
      beforeKb === null || peakKb === null ? NaN : Math.max(0, peakKb - beforeKb) / 1_024,
    )
    return rises.some(Number.isNaN) ? null : median(rises)
  }

  line(what: string): string {
    const all = this.of(what).map(({ seconds }) => seconds)
    const peaks = this.of(what).map(({ peakKb }) => (peakKb ?? NaN) / 1_024)
    const spread = `${Math.min(...all).toFixed(3)} to ${Math.max(...all).toFixed(3)}`
    return `${what.padEnd(34)} ${this.seconds(what).toFixed(3).padStart(8)} s  (${spread})  CPU ${this.cpuSeconds(what).toFixed(3)} s  memory +${this.rise(what)?.toFixed(1) ?? '?'} MB, peak ${median(peaks).toFixed(0)} MB`
  }

  names(): string[] {
    return [...this.found.keys()]
  }

  private of(what: string): (Measured | EvidentlyMeasured)[] {
    return this.found.get(what) ?? []
  }
}

async function main(quick: boolean): Promise<void> {
  const [rows, roundCount] = quick ? [100_000, 1] : [500_000, 3]
  const folder = path.join(bench, `drift-${rows}`)
  const python = await pythonEnvironment(
    path.join(bench, 'drift-python'),
    path.join(path.dirname(script), 'drift-requirements.txt'),
  )
  const inPython = (...args: string[]): Promise<string> => output(python, [script, ...args])
  if (!fs.existsSync(path.join(folder, 'current.parquet'))) {
    fs.mkdirSync(folder, { recursive: true })
    await inPython('rows', folder, String(rows))
  }
  const ours = async <T>(work: Work | 'build' | 'check'): Promise<T> =>
    JSON.parse(await output(process.execPath, [path.join(__dirname, 'drift-ours.js'), work, folder])) as T
  const built = await ours<{ seconds: number; bytes: number }>('build')
  const { values } = await ours<{ values: Values }>('check')
  const checked = JSON.parse(await inPython('check', folder)) as Checked
  const deviation = largestDeviation(values, checked)
  if (!(deviation < 1e-9)) throw new Error(`our metrics deviate from numpy's and scipy's by ${deviation}`)

  const rounds = new Rounds()
  const theirs = new Map<Metric, Readonly<Record<string, number>>>()
  for (let round = 0; round < roundCount; round += 1) {
    console.error(`round ${round + 1} of ${roundCount}: some minutes`)
    for (const metric of metrics) {
      for (const form of ['columns', 'preset']) {
        const found = JSON.parse(await inPython('evidently', folder, metric, form)) as EvidentlyMeasured
        rounds.add(`Evidently, ${form}, ${metric}`, found)
        if (form === 'columns') theirs.set(metric, found.values)
      }
      rounds.add(`ours, ${metric} alone`, await ours(metric))
    }
    rounds.add('ours, everything', await ours('all'))
  }
  await printMachine(inPython, rows, roundCount)
  console.log(
    `reference frozen in ${built.seconds.toFixed(2)} s, once: ${(built.bytes / 2 ** 20).toFixed(1)} MB`,
  )
  console.log(
    `our metrics equal numpy's and scipy's on our bins and samples to ${deviation.toExponential(1)}\n`,
  )
  for (const what of rounds.names()) console.log(rounds.line(what))
  printRatios(rounds)
  printValues(values, theirs, checked)
}

function printRatios(rounds: Rounds): void {
  console.log(
    '\nratios of medians, Evidently / ours          time   target        CPU time   memory   target',
  )
  for (const metric of metrics)
    for (const [theirs, ours] of [
      [`Evidently, columns, ${metric}`, `ours, ${metric} alone`],
      [`Evidently, preset, ${metric}`, 'ours, everything'],
    ] as const) {
      const time = rounds.seconds(theirs) / rounds.seconds(ours)
      const cpu = rounds.cpuSeconds(theirs) / rounds.cpuSeconds(ours)
      const [theirRise, ourRise] = [rounds.rise(theirs), rounds.rise(ours)]
      // under 1 MB is the noise of the measurement
      const memory = theirRise === null || ourRise === null ? NaN : theirRise / Math.max(1, ourRise)
      const judged = (found: number, target: number): string =>
        `${found.toFixed(0).padStart(6)}x  ${`>= ${target}${found >= target ? '' : ' MISSED'}`.padEnd(12)}`
      console.log(
        `${`${metric}, ${ours.endsWith('alone') ? 'alone' : 'whole report'}`.padEnd(38)} ${judged(time, targets[metric])}${cpu.toFixed(0).padStart(7)}x  ${judged(memory, 10)}`,
      )
    }
}

/** Their bins are others (about 20 of equal width over both sides), and their Jensen-Shannon has natural logarithms. */
function printValues(
  ours: Values,
  theirs: ReadonlyMap<Metric, Readonly<Record<string, number>>>,
  checked: Checked,
): void {
  console.log(
    '\nours / Evidently      psi                  jensenshannon        wasserstein (sampled / all rows)',
  )
  for (const [column, found] of Object.entries(ours)) {
    const cells = metrics.map((metric) =>
      `${(found[metric] ?? NaN).toFixed(4)} / ${(theirs.get(metric)?.[column] ?? NaN).toFixed(4)}`.padEnd(20),
    )
    console.log(`${column.padEnd(20)}  ${cells.join(' ')}`)
  }
  const apart = Object.entries(checked).map(([column, { wassersteinOfAllRows: expected }]) =>
    Math.abs((theirs.get('wasserstein')?.[column] ?? NaN) / expected - 1),
  )
  console.log(
    `Evidently's wasserstein deviates from scipy's in float64 by up to ${(100 * Math.max(...apart)).toFixed(3)} %: the one definition that both share`,
  )
}

async function printMachine(
  inPython: (...args: string[]) => Promise<string>,
  rows: number,
  rounds: number,
): Promise<void> {
  const [cpu] = os.cpus()
  console.log(
    `${rows.toLocaleString('en')} rows x 16 columns of float32, ${rounds} rounds; ${os.cpus().length} x ${cpu?.model ?? 'unknown'}, ${(os.totalmem() / 2 ** 30).toFixed(0)} GB, load ${os.loadavg()[0]!.toFixed(1)}`,
  )
  console.log(`Node ${process.versions.node}; ${(await inPython('versions', '.')).trim()}`)
}

function largestDeviation(ours: Values, checked: Checked): number {
  return Object.entries(checked).reduce((most, [column, expected]) => {
    const each = metrics.map(
      (metric) =>
        Math.abs((ours[column]?.[metric] ?? NaN) - expected[metric]) / Math.max(expected[metric], 1e-3),
    )
    return Math.max(most, ...each)
  }, 0)
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

async function output(command: string, args: readonly string[]): Promise<string> {
  return (await run(command, args, { maxBuffer: 2 ** 26 })).stdout
}

main(process.argv.includes('--quick')).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
})
