import { randomUUID } from 'node:crypto'
import {
  findComparison,
  loadComparison,
  loadDisagreements,
  loadFigures,
  loadSummary,
  writeComparison,
  type ComparisonHeader,
} from '../../../../activities/evaluation/store/comparisons'
import { comparisonFigure } from '../../../../activities/evaluation/comparison/comparison-figure'
import type { ComparisonOutcome } from '../../../../schemas/comparison'
import { goldenModel, type Scenario, startScenario } from '../../../stack/scenario'

let scenario: Scenario
let runId: string

beforeAll(async () => {
  scenario = await startScenario()
  await scenario.register(goldenModel('quality-rules'))
  await scenario.connections.control.query(
    `INSERT INTO nightscore.model_version SELECT (jsonb_populate_record(v, '{"version": 2, "package_sha256": "another"}')).* FROM nightscore.model_version v`,
  )
  await scenario.apply({
    name: 'j',
    model: 'quality-rules@1',
    source: { parquet: '{batch}.parquet' },
    key: ['id'],
    sink: { postgres: 'predictions.j' },
  })
  runId = randomUUID()
  await scenario.rows(
    `INSERT INTO nightscore.run (run_id, job, job_revision, batch, revision, model, model_version, state, publish, workflow_id, first_run_id)
     VALUES ($1, 'j', 1, '2013-07-04', 1, 'quality-rules', 1, 'published', true, 'w', 'f')`,
    [runId],
  )
}, 60_000)

const header = (kind: 'shadow' | 'compare'): ComparisonHeader => ({
  comparisonId: kind === 'shadow' ? runId : randomUUID(),
  kind,
  runId: kind === 'shadow' ? runId : null,
  job: 'j',
  task: 'binary',
  champion: 'quality-rules@1',
  challenger: 'quality-rules@2',
  fromBatch: '2013-07-04',
  toBatch: '2013-07-04',
  batches: 1,
})
const outcome: ComparisonOutcome = {
  rowsBoth: 10,
  rowsLabelled: 5,
  numeric: 'fail',
  numericReason: '1 label flipped',
  nonInferiority: 'ok',
  nonInferiorityReason: 'because',
  figures: [
    comparisonFigure.of('flips', 1, 10, { verdict: 'fail' }),
    comparisonFigure.of('flips', 1, 4, { direction: 'a\0 -> b' }),
    comparisonFigure.of('flip_rate', 0.5, 2, { segment: 'place=x' }),
  ],
  disagreements: [
    {
      batch: '2013-07-04',
      key: { id: '7' },
      champion: { score: 0.1 },
      challenger: { score: 'NaN' },
      difference: null,
      flipped: true,
      segments: { place: null },
    },
  ],
}
const tolerance = { rtol: 1e-4, atol: 1e-5, margin: 0.005 }
const write = (kind: 'shadow' | 'compare', more: Partial<ComparisonOutcome> = {}) =>
  writeComparison(scenario.connections.control, header(kind), tolerance, { ...outcome, ...more })
const of = { model: 'quality-rules', champion: 1, challenger: 2 }

test('a comparison comes back as it was written, whatever labels hold; written again it is replaced', async () => {
  const db = scenario.connections.control
  await write('shadow')
  expect(await loadComparison(db, runId)).toMatchObject({
    ...header('shadow'),
    numeric: 'fail',
    rowsBoth: 10,
  })
  const figures = await loadFigures(db, runId)
  expect(figures.map(({ metric, direction }) => [metric, direction])).toEqual([
    ['flips', null],
    ['flips', 'a\uFFFD -> b'],
    ['flip_rate', null],
  ])
  expect(await loadDisagreements(db, runId)).toEqual(outcome.disagreements)
  expect((await loadSummary(db, runId)).metrics).toEqual({ flips: 1 })
  await write('shadow', { figures: [], disagreements: [], numeric: 'ok' })
  expect(await loadComparison(db, runId)).toMatchObject({ numeric: 'ok' })
  expect([await loadFigures(db, runId), await loadDisagreements(db, runId)]).toEqual([[], []])
})

test('the newest is found; for non-inferiority a range before a night, and one that could tell before all', async () => {
  const db = scenario.connections.control
  expect(await findComparison(db, { ...of, champion: 2, challenger: 1 })).toBeNull()
  expect(await findComparison(db, { ...of, job: 'another' })).toBeNull()
  await write('compare', { nonInferiority: 'skipped' })
  await write('compare')
  await write('shadow', { nonInferiority: 'fail' })
  expect(await findComparison(db, of)).toMatchObject({ kind: 'shadow' })
  expect(await findComparison(db, { ...of, verdict: 'numeric' })).toMatchObject({ kind: 'shadow' })
  const verdict = 'non-inferiority'
  expect(await findComparison(db, { ...of, verdict })).toMatchObject({
    kind: 'compare',
    nonInferiority: 'ok',
  })
  await scenario.rows(`DELETE FROM nightscore.comparison WHERE kind = 'compare' AND non_inferiority = 'ok'`)
  expect(await findComparison(db, { ...of, verdict })).toMatchObject({
    kind: 'shadow',
    nonInferiority: 'fail',
  })
})
