import path from 'node:path'
import { referenceCodec } from '../../../activities/evaluation/profiles/reference-codec'
import { segmentsCodec } from '../../../activities/evaluation/profiles/segments-codec'
import { profileTask } from '../../../activities/runs/profile-task'
import { loadRunContext, withSink } from '../../../activities/runs/run-context'
import { duckdb, goldenModel, type Scenario, startScenario } from '../../stack/scenario'
import { runSteps, type RunSteps } from './run-steps'

let scenario: Scenario
let steps: RunSteps

const model = 'binary-packed-floats'
const job = (monitor: object) => ({
  name: 'j',
  model: `${model}@champion`,
  source: { parquet: 'rows.parquet', where: 'id < 300' },
  key: ['id'],
  carry: ['site'],
  sink: { postgres: 'predictions.j' },
  monitor,
})

beforeAll(async () => {
  scenario = await startScenario()
  await scenario.register(goldenModel(model))
  const rows = path.join(goldenModel(model), 'rows.parquet')
  await duckdb(
    `COPY (SELECT row_number() OVER () AS id, *, 's' || (random() * 3)::int AS site, 7 AS shift
           FROM (SELECT * EXCLUDE (id) FROM (SELECT 0 AS id, * FROM '${rows}')), range(20))
     TO '${scenario.folder}/rows.parquet' (FORMAT parquet)`,
  )
  steps = runSteps(scenario)
}, 60_000)

async function taskOf(monitor: object, batch: string) {
  await scenario.apply(job(monitor))
  const runId = await steps.plan('j', batch)
  return profileTask(steps.deps, withSink(steps.deps, await loadRunContext(steps.deps, runId)))
}

test('a run with a reference is profiled on its bins, which take no samples along', async () => {
  const task = await taskOf({ reference: 'model' }, 'n1')
  const reference = referenceCodec.decode(new Uint8Array(task.reference!))
  expect(task.referenceId).toMatch(/^[0-9a-f-]{36}$/)
  expect(reference.columns.size).toBe(30 + 2)
  expect([...reference.columns.values()].map(({ sample }) => sample.length)).toEqual(new Array(32).fill(0))
  expect([...reference.columns.keys()].filter((key) => key.startsWith('label/'))).toEqual([])
  expect([...segmentsCodec.decode(new Uint8Array(task.segments!))]).toEqual([])
})

test('what share of rows is sampled follows from the rows after `where`', async () => {
  expect(await taskOf({ reference: 'model' }, 'n2')).toMatchObject({ batch: 'n2', batchRows: 299 })
})

test('segments are found among the keys and the carried columns, their own among the latter', async () => {
  const { segmentColumns } = await taskOf({ reference: 'model', segments: ['shift', 'id', 'site'] }, 'n3')
  expect(segmentColumns).toEqual([
    { name: 'shift', scanColumn: 'carry.1' },
    { name: 'id', scanColumn: 'key.0' },
    { name: 'site', scanColumn: 'carry.0' },
  ])
})

test('a run without a reference is sampled only', async () => {
  await scenario.register(goldenModel('quality-rules')) // its package has none
  const rules = `SELECT i AS id, i / 100.0 AS a, i % 10 AS b, 'x' AS c, 1.5 AS d FROM range(10) t(i)`
  await duckdb(`COPY (${rules}) TO '${scenario.folder}/rules.parquet' (FORMAT parquet)`)
  const rulesJob = {
    model: 'quality-rules@champion',
    source: { parquet: 'rules.parquet' },
    carry: [],
    sink: { parquet: 'out' },
  }
  await scenario.apply({ ...job({}), ...rulesJob, name: 'rules' })
  const runId = await steps.plan('rules', 'n1')
  const task = await profileTask(steps.deps, withSink(steps.deps, await loadRunContext(steps.deps, runId)))
  expect(task).toMatchObject({ referenceId: null, reference: null, segments: null, batchRows: 10 })
})
