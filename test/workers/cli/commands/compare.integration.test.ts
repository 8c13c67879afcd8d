import fs from 'node:fs'
import path from 'node:path'
import { parse } from 'yaml'
import type { ComparisonFigure, ComparisonSummary, Disagreement } from '../../../../schemas/comparison'
import { runCli, type CliResult } from '../../../stack'
import { type Scenario, startScenario } from '../../../stack/scenario'

const example = path.resolve(__dirname, '..', '..', '..', '..', 'examples', 'flights')
let scenario: Scenario

beforeAll(async () => {
  scenario = await startScenario()
  fs.symlinkSync(path.join(example, 'data'), path.join(scenario.folder, 'data'))
  for (const version of ['v1', 'v2']) await scenario.register(path.join(example, 'models', version))
  const job = parse(fs.readFileSync(path.join(example, 'job.yaml'), 'utf8')) as Record<string, unknown>
  // a gate that every night fails: what a batch is like is no matter of the two models
  const monitor = { ...(job['monitor'] as object), gates: [{ metric: 'row_count', of: 'quality', fail: 1 }] }
  await scenario.apply({ ...job, monitor })
  await scenario.worker({ NIGHTSCORE_DATA_ROOTS: [scenario.folder, example].join(path.delimiter) })
}, 60_000)

const compare = (...words: string[]): Promise<CliResult> =>
  runCli(['model', 'compare', ...words], {
    env: { DATABASE_URL: scenario.databaseUrl, NIGHTSCORE_TASK_QUEUE: scenario.taskQueue },
  })

test('one night is too little to know that v1 is not inferior: 3; figures, verdicts and the rows that differ most are printed', async () => {
  const night = ['--job', 'flights-late', '--from', '2013-07-04']
  const { code, stdout, stderr } = await compare('flights-late@2', 'flights-late@1', ...night)
  expect({ code, stderr }).toMatchObject({ code: 3 })
  expect(stdout).toMatch(
    /^flights-late@1 against flights-late@2 on flights-late, 2013-07-04 to 2013-07-04: 1 batches, \d+ rows scored by both, \d+ with a label\n/,
  )
  expect(stdout).toMatch(/numerically the same: fail \(\d+ of \d+ rows beyond/)
  expect(stdout).toMatch(/not inferior: +fail \(roc_auc_difference -?0\.\d+, 95 % interval -0\./)
  expect(stdout).toMatch(/^roc_auc_difference +0\.\d+ +0\.\d+ +-?0\.\d+ .* fail$/m)
  expect(stdout).toMatch(/^flips false -> true /m)
  expect(stdout).toMatch(
    /^Rows that differ most:\nBATCH +KEY +CHAMPION +CHALLENGER +DIFFERENCE +SEGMENTS\n2013-07-04 /m,
  )
  // the trial run published nothing, and its gate is on record
  const runs = await scenario.rows(`SELECT state, publish, error_code AS code FROM nightscore.run`)
  expect(runs).toEqual([{ state: 'failed', publish: false, code: 'GATE_FAILED' }])
})

test('as JSON: the summary with all figures and rows', async () => {
  const { code, stdout } = await compare(
    ...[
      'flights-late@1',
      'flights-late@2',
      '--job',
      'flights-late',
      '--from',
      '2013-07-05',
      '--to',
      '2013-07-06',
      '--json',
    ],
  )
  const found = JSON.parse(stdout) as ComparisonSummary & {
    figures: ComparisonFigure[]
    disagreements: Disagreement[]
  }
  expect(code).toBe(found.nonInferiority === 'ok' ? 0 : 3)
  expect(found).toMatchObject({ batches: 2, from: '2013-07-05', to: '2013-07-06', numeric: 'fail' })
  expect(found.disagreements).toHaveLength(50)
  expect(found.figures.find(({ metric }) => metric === 'mcnemar')?.pValue).not.toBeNull()
  expect(Object.keys(found.metrics)).toContain('roc_auc_difference')
})

test('a version that there is not ends the command with 1', async () => {
  const { code, stderr } = await compare(
    'flights-late@1',
    'flights-late@9',
    '--job',
    'flights-late',
    '--from',
    '2013-07-04',
  )
  expect(code).toBe(1)
  expect(stderr).toContain('MODEL_NOT_FOUND')
})
