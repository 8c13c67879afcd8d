import fs from 'node:fs'
import path from 'node:path'
import { brier } from '../../activities/evaluation/stats/brier'
import { delongDifference } from '../../activities/evaluation/stats/delong-difference'
import { differenceSummary } from '../../activities/evaluation/stats/difference-summary'
import { mcnemar } from '../../activities/evaluation/stats/mcnemar'
import { pairedMean, type PairedMean } from '../../activities/evaluation/stats/paired-mean'
import { rmseGain } from '../../activities/evaluation/stats/rmse-gain'
import { Deviations } from './deviations'

type Numbers = readonly (number | null)[] | null

/** Columns are in the file, but for the samples of 1 M rows, which are made here from the recipe of comparison.py. */
interface Sample {
  readonly name: string
  readonly rows?: number
  readonly champion: readonly number[]
  readonly challenger: readonly number[]
  readonly labels: readonly number[]
  readonly expected: Readonly<Record<string, Numbers>>
}
interface Oracle {
  readonly binary: readonly Sample[]
  readonly regression: readonly Sample[]
  readonly discordant: readonly { readonly table: [number, number]; readonly expected: Numbers }[]
}

const oracle = JSON.parse(fs.readFileSync(path.join(__dirname, 'comparison.json'), 'utf8')) as Oracle
const deviations = new Deviations()
/** Looked up once: each look-up of a global costs 0.25 us in Jest. */
const { abs, imul, floor, log, max, min } = Math

interface Columns {
  readonly champion: Float64Array
  readonly challenger: Float64Array
  readonly labels: Float64Array
}

function uniform(multiplier: number, n: number): Float64Array {
  const values = new Float64Array(n)
  for (let i = 0; i < n; i++) values[i] = (imul(i + 1, multiplier) >>> 0) / 2 ** 32
  return values
}

const given = ({ champion, challenger, labels }: Sample): Columns => ({
  champion: Float64Array.from(champion),
  challenger: Float64Array.from(challenger),
  labels: Float64Array.from(labels),
})

function binaryColumns(sample: Sample): Columns {
  if (sample.rows === undefined) return given(sample)
  const champion = uniform(2654435761, sample.rows).map((u) => floor(u * 100_000) / 100_000)
  const noise = uniform(3266489917, sample.rows)
  const challenger = champion.map((a, i) => min(1, max(0, a + 0.2 * (noise[i]! - 0.5))))
  const labels = uniform(2246822519, sample.rows).map((u, i) => (u < 0.2 + 0.5 * champion[i]! ? 1 : 0))
  return { champion, challenger, labels }
}

function regressionColumns(sample: Sample): Columns {
  if (sample.rows === undefined) return given(sample)
  const labels = uniform(2654435761, sample.rows).map((u) => 100 * u - 30)
  const [u, v] = [uniform(2246822519, sample.rows), uniform(3266489917, sample.rows)]
  return {
    champion: labels.map((y, i) => y + 10 * (u[i]! - 0.45)),
    challenger: labels.map((y, i) => y + 9 * (v[i]! - 0.5)),
    labels,
  }
}

function check(name: string, found: Numbers, expected: Numbers | undefined, near = 1e-3): void {
  if (expected === undefined) throw new Error(`the oracle says nothing of ${name}`)
  deviations.check(name, found ?? [null], expected ?? [null], { near })
}

const numbersOf = (one: PairedMean | null): Numbers =>
  one && [
    one.champion,
    one.challenger,
    one.difference,
    one.interval?.lower ?? null,
    one.interval?.upper ?? null,
  ]

function differences({ champion, challenger }: Columns): Numbers {
  const found = differenceSummary(challenger.map((b, i) => b - champion[i]!))
  return found && [found.n, found.mean, found.meanAbsolute, found.p99, found.max]
}

test.each(oracle.binary.map((sample) => [sample.name, sample] as const))(
  'two binary models compare as in scikit-learn, statsmodels and numpy: %s',
  (_, sample) => {
    const columns = binaryColumns(sample)
    const { champion, challenger } = columns
    const labels = Uint8Array.from(columns.labels)
    const { expected } = sample
    const rows = labels.length
    check('differences', differences(columns), expected['differences'])
    const auc = delongDifference(champion, challenger, labels)
    const { difference, standardError, lower, upper } = auc ?? {}
    check(
      'delong',
      auc && [auc.champion, auc.challenger, difference!, standardError!, lower!, upper!],
      expected['delong'],
    )
    const isRight = (scores: Float64Array) => (row: number) =>
      scores[row]! >= 0.5 === (labels[row] === 1) ? 1 : 0
    const [a, b] = [isRight(champion), isRight(challenger)]
    check('accuracy', numbersOf(pairedMean(rows, a, b)), expected['accuracy'])
    const cost = (scores: Float64Array) => (row: number) => {
      const own = labels[row] === 0 ? 1 - scores[row]! : scores[row]!
      return -log(min(max(own, 2 ** -52), 1 - 2 ** -52))
    }
    check('log_loss', numbersOf(pairedMean(rows, cost(champion), cost(challenger))), expected['log_loss'])
    const square = (scores: Float64Array) => (row: number) => (scores[row]! - labels[row]!) ** 2
    const squares = pairedMean(rows, square(champion), square(challenger))
    check('brier', numbersOf(squares), expected['brier'])
    // the metric of one model alone is the same
    const alone = brier({ n: 0, mean: 0, m2: 0 }, champion, labels)
    expect(abs(alone.mean - squares!.champion)).toBeLessThan(1e-12)
    let only = [0, 0] as [number, number]
    for (let row = 0; row < rows; row++)
      only = [only[0] + (a(row) > b(row) ? 1 : 0), only[1] + (b(row) > a(row) ? 1 : 0)]
    expect(only).toEqual(expected['only'])
    const tested = mcnemar(...only)
    check('mcnemar', [tested.statistic, tested.pValue], expected['mcnemar'])
  },
)

test.each(oracle.regression.map((sample) => [sample.name, sample] as const))(
  'two regressions compare as in numpy: %s',
  (_, sample) => {
    const columns = regressionColumns(sample)
    const { champion, challenger, labels } = columns
    check('differences', differences(columns), sample.expected['differences'])
    const found = rmseGain(champion, challenger, labels)
    const gain = found?.gain
    check(
      'rmse',
      found && [
        found.champion,
        found.challenger,
        found.difference,
        found.lower,
        found.upper,
        gain?.value ?? null,
        gain?.lower ?? null,
        gain?.upper ?? null,
      ],
      sample.expected['rmse'],
    )
    const mae = pairedMean(
      labels.length,
      (i) => abs(champion[i]! - labels[i]!),
      (i) => abs(challenger[i]! - labels[i]!),
    )
    check('mae', numbersOf(mae), sample.expected['mae'])
  },
)

test.each(oracle.discordant)('McNemar’s test of $table is that of statsmodels', ({ table, expected }) => {
  const { statistic, pValue, exact } = mcnemar(...table)
  expect(exact).toBe(table[0] + table[1] < 25)
  check('mcnemar of tables', [statistic, pValue], expected, 1e-300)
})

afterAll(() => {
  process.stdout.write(`largest deviation from the oracle\n${deviations.table()}`)
})
