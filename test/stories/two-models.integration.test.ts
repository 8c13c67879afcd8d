import fs from 'node:fs'
import path from 'node:path'
import { parse } from 'yaml'
import {
  findComparison,
  loadComparison,
  loadDisagreements,
  loadFigures,
} from '../../activities/evaluation/store/comparisons'
import { readModelKeys } from '../../activities/scoring/model-keys'
import { registerModel } from '../../activities/scoring/registry'
import type { CompareModelsInput, ComparisonFigure, ComparisonSummary } from '../../schemas/comparison'
import type { compareModels } from '../../workflows/compare-models'
import type { evaluateBatch } from '../../workflows/evaluate-batch'
import { temporaryFolder } from '../stack/fresh'
import { type Scenario, startScenario } from '../stack/scenario'

/** What Python makes of July: test/oracles/two_models.py. */
type Numbers = Readonly<Record<string, number>>
interface Oracle {
  readonly rows: number
  readonly 'v1-v2': Readonly<Record<string, Numbers>>
  readonly 'v1-exported': Readonly<Record<string, Numbers>>
  readonly threshold: {
    readonly offset: number
    readonly from: number
    readonly to: number
    readonly week: readonly [string, string]
    readonly rows: number
    readonly beyond: number
    readonly flips: number
    readonly most: readonly (readonly [string, string, number])[]
  }
}
const oracle = JSON.parse(
  fs.readFileSync(path.resolve(__dirname, '..', 'oracles', 'two-models.json'), 'utf8'),
) as Oracle
const example = path.resolve(__dirname, '..', '..', 'examples', 'flights')
const july = { from: '2013-07-01', to: '2013-07-31' }
let scenario: Scenario

beforeAll(async () => {
  scenario = await startScenario()
  fs.symlinkSync(path.join(example, 'data'), path.join(scenario.folder, 'data'))
  const register = (folder: string): Promise<unknown> =>
    registerModel(scenario.connections.control, folder, { keys: readModelKeys(process.env), by: 'test' })
  await scenario.register(path.join(example, 'models', 'v1'))
  await register(path.join(example, 'models', 'v2'))
  await register(path.resolve(__dirname, '..', 'golden', 'flights-v1-opset-17'))
  await register(withOtherThreshold(path.join(example, 'models', 'v1')))
  const job = parse(fs.readFileSync(path.join(example, 'job.yaml'), 'utf8')) as Record<string, unknown>
  await scenario.apply({ ...job, maxConcurrentRuns: 4 })
  await scenario.worker({
    NIGHTSCORE_DATA_ROOTS: [scenario.folder, example].join(path.delimiter),
  })
}, 120_000)

/** v1 with the first threshold of its first tree at 17.5 instead of 12.5: a model that its own golden rows would refuse. */
function withOtherThreshold(v1: string): string {
  const { offset, from, to } = oracle.threshold
  const folder = temporaryFolder()
  const model = fs.readFileSync(path.join(v1, 'model.onnx'))
  expect(model.readFloatLE(offset)).toBe(from)
  model.writeFloatLE(to, offset)
  fs.writeFileSync(path.join(folder, 'model.onnx'), model)
  fs.copyFileSync(path.join(v1, 'model.yaml'), path.join(folder, 'model.yaml'))
  return folder
}

let comparisons = 0
async function compare(input: Partial<CompareModelsInput>): Promise<ComparisonSummary> {
  return scenario.temporal.workflow.execute<typeof compareModels>('compareModels', {
    taskQueue: scenario.taskQueue,
    workflowId: `${scenario.taskQueue}/compare-${++comparisons}`,
    args: [{ job: 'flights-late', champion: '@1', inFlight: 4, ...july, ...input }],
  })
}

const nameOf = ({ metric, segment, direction }: ComparisonFigure): string =>
  [metric, segment ?? direction].filter((part) => part !== null).join(' ')

/** Every number of the oracle against the stored one; scores of another ONNX Runtime build may differ in their last bit. */
async function largestDeviation(
  comparisonId: string,
  expected: Readonly<Record<string, Numbers>>,
  near: number,
): Promise<number> {
  const figures = new Map(
    (await loadFigures(scenario.connections.control, comparisonId)).map((one) => [nameOf(one), one]),
  )
  const deviations = Object.entries(expected).flatMap(([name, numbers]) =>
    Object.entries(numbers).map(([field, value]) => {
      const found = figures.get(name)?.[field as 'value']
      const deviation = Math.abs(Number(found) - value) / Math.max(Math.abs(value), near)
      return { name, field, found, value, deviation }
    }),
  )
  expect(deviations.filter(({ deviation }) => !(deviation < 1e-6))).toEqual([])
  return Math.max(...deviations.map(({ deviation }) => deviation))
}

test('v1 against v2 over July: every figure is scikit-learn’s, statsmodels’ or numpy’s', async () => {
  const started = Date.now()
  const summary = await compare({ challenger: '@2' })
  const seconds = (Date.now() - started) / 1_000
  expect(summary).toMatchObject({
    champion: 'flights-late@1',
    challenger: 'flights-late@2',
    ...july,
    batches: 31,
    rowsBoth: oracle.rows,
    numeric: 'fail',
    nonInferiority: 'ok',
  })
  const largest = await largestDeviation(summary.comparisonId, oracle['v1-v2'], 1e-3)
  process.stdout.write(
    `v1 against v2 over July: ${summary.rowsBoth} rows of ${summary.batches} nights in ${seconds.toFixed(1)} s, largest deviation from Python ${largest.toExponential(1)}\n`,
  )
  // each night has one of its own, and nothing was published
  const nights = await scenario.rows<{ batch: string; labelled: number }>(
    `SELECT from_batch AS batch, rows_labelled::int AS labelled FROM nightscore.comparison WHERE kind = 'shadow' ORDER BY 1`,
  )
  expect(nights).toHaveLength(31)
  expect(nights.reduce((sum, { labelled }) => sum + labelled, 0)).toBe(summary.rowsLabelled)
  expect(await scenario.rows(`SELECT FROM nightscore.run WHERE published_at IS NOT NULL`)).toEqual([])
  // the gate of a promotion finds the whole of July, not one of its nights
  const found = await findComparison(scenario.connections.control, {
    model: 'flights-late',
    champion: 1,
    challenger: 2,
    verdict: 'non-inferiority',
  })
  expect(found).toMatchObject({ comparisonId: summary.comparisonId, kind: 'compare', nonInferiority: 'ok' })
}, 600_000)

test('v1 exported another way, in another opset, is numerically the same', async () => {
  const summary = await compare({ challenger: '@3', to: '2013-07-07' })
  expect(summary).toMatchObject({ numeric: 'ok', nonInferiority: 'ok', metrics: { flips: 0 } })
  // other operators: not the same bits, yet within a thousandth of the tolerance
  expect(summary.metrics['max_abs_difference']).toBeGreaterThan(0)
  expect(summary.metrics['max_abs_difference']).toBeLessThanOrEqual(
    oracle['v1-exported']['max_abs_difference']!['value']!,
  )
  expect(summary.numericReason).toMatch(
    /^all \d+ rows within 0\.00001 \+ 0\.0001 \|champion\|, no label flipped$/,
  )
}, 600_000)

test('v1 with one threshold changed is caught, and the rows that differ most are named', async () => {
  const { week, rows, beyond, flips, most } = oracle.threshold
  const summary = await compare({ challenger: '@4', from: week[0], to: week[1] })
  expect(summary).toMatchObject({ numeric: 'fail', metrics: { flips } })
  expect(summary.numericReason).toBe(
    `${beyond} of ${rows} rows beyond 0.00001 + 0.0001 |champion|; ${flips} labels flipped`,
  )
  const named = await loadDisagreements(scenario.connections.control, summary.comparisonId)
  expect(named).toHaveLength(50)
  expect(named.map(({ difference }) => difference!.toFixed(6))).toEqual(
    most.map(([, , difference]) => difference.toFixed(6)),
  )
  expect(named[0]).toMatchObject({ key: { flight_id: most[0]![0] }, batch: most[0]![1] })
}, 600_000)

test('a night with v2 in its shadow is compared when it is scored, and again when its labels are evaluated', async () => {
  const batch = '2013-08-01'
  const { runId } = await scenario.run({
    job: 'flights-late',
    batch,
    model: 'flights-late@1',
    shadow: 'flights-late@2',
  })
  const compared = () => loadComparison(scenario.connections.control, runId)
  expect(await compared()).toMatchObject({ kind: 'shadow', rowsLabelled: 0, nonInferiority: 'skipped' })
  const { labelled } = await scenario.temporal.workflow.execute<typeof evaluateBatch>('evaluateBatch', {
    taskQueue: scenario.taskQueue,
    workflowId: `${scenario.taskQueue}/evaluate`,
    args: [{ job: 'flights-late', batch }],
  })
  expect(labelled).toBeGreaterThan(800)
  expect((await compared())!.rowsLabelled).toBe(labelled)
  const [report] = await scenario.rows<{ html: string }>(
    `SELECT html FROM nightscore.report WHERE run_id = $1`,
    [runId],
  )
  expect(report!.html).toMatch(/<h2>Shadow<\/h2>.*roc_auc_difference/s)
}, 120_000)
