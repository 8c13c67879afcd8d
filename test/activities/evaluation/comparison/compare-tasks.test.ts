import { comparePairs } from '../../../../activities/evaluation/comparison/compare-pairs'
import type { ComparisonTask } from '../../../../activities/evaluation/comparison/comparison-task'
import { batchOf, figureOf, taskOf } from './pair-tasks'

const multiclass = (classes: readonly string[]): ComparisonTask['champion'] => ({
  columns: [
    { name: 'label', type: 'text' },
    { name: 'score', type: 'double precision' },
    { name: 'probabilities', type: 'double precision[]' },
  ],
  classes,
})

test('classifiers are compared class by class, whatever the order of their classes', async () => {
  // the challenger has the classes in another order, one more, and says c for every tenth row
  const pairs = `SELECT id AS k0, 'x' AS s0, if(id % 2 = 0, 'a', 'b') AS a0, 0.7::DOUBLE AS a1,
      if(id % 2 = 0, [0.7, 0.2, 0.1], [0.2, 0.7, 0.1])::DOUBLE[] AS a2,
      CASE WHEN id % 10 = 0 THEN 'c' WHEN id % 2 = 0 THEN 'a' ELSE 'b' END AS b0, if(id % 10 = 0, 0.5, 0.7) AS b1,
      CASE WHEN id % 10 = 0 THEN [0.5, 0.1, 0.1, 0.3] WHEN id % 2 = 0 THEN [0.1, 0.0, 0.2, 0.7] ELSE [0.1, 0.0, 0.7, 0.2]::DOUBLE[] END AS b2
    FROM (SELECT range AS id FROM range(1000))`
  // all of b are right, of a those that the challenger does not call c; 50 labels are of no class
  const labels = `SELECT range AS "key.0", CASE WHEN range % 20 = 10 THEN 'c' WHEN range % 20 = 0 THEN 'other' WHEN range % 2 = 0 THEN 'a' ELSE 'b' END AS label FROM range(1000)`
  const outcome = await comparePairs(
    taskOf([await batchOf('one', [pairs], [labels])], {
      task: 'multiclass',
      champion: multiclass(['a', 'b', 'c']),
      challenger: multiclass(['c', 'new', 'b', 'a']),
    }),
  )
  expect(outcome).toMatchObject({ rowsBoth: 1000, rowsLabelled: 950, numeric: 'fail', nonInferiority: 'ok' })
  expect(figureOf(outcome, 'flips')).toMatchObject({ value: 100 })
  expect(figureOf(outcome, 'flips', { direction: 'a -> c' })).toMatchObject({ value: 100, n: 500 })
  // of rows called c the class a falls from .7 to .3
  expect(figureOf(outcome, 'max_abs_difference').value).toBeCloseTo(0.4, 12)
  expect(figureOf(outcome, 'rows_beyond_tolerance').value).toBe(100)
  const accuracy = figureOf(outcome, 'accuracy_difference')
  expect(accuracy.champion).toBeCloseTo(900 / 950, 12)
  expect(accuracy).toMatchObject({ challenger: 1, n: 950, verdict: 'ok' })
  expect(figureOf(outcome, 'mcnemar')).toMatchObject({ champion: 0, challenger: 50, value: 50 })
  // of the 50 rows labelled c the cost falls from -ln .1 to -ln .5, of all others nothing changes
  const logLoss = figureOf(outcome, 'log_loss_difference')
  expect(logLoss.value).toBeCloseTo((50 * Math.log(0.1 / 0.5)) / 950, 12)
  expect(outcome.disagreements[0]).toMatchObject({
    champion: { label: 'a', score: 0.7, probabilities: [0.7, 0.2, 0.1] },
    challenger: { label: 'c', probabilities: [0.5, 0.1, 0.1, 0.3] },
    flipped: true,
  })
})

test('regressions are compared by the share of the champion’s error that is gained', async () => {
  const pairs = `SELECT id AS k0, 'x' AS s0, y + e AS a0, y + 0.9 * e AS b0
    FROM (SELECT range AS id, range::DOUBLE AS y, (range % 7 - 3)::DOUBLE AS e FROM range(1000))`
  const labels = `SELECT range AS "key.0", range::DOUBLE AS label FROM range(1000)`
  const prediction = { columns: [{ name: 'prediction', type: 'double precision' }], classes: [] } as const
  const task = { task: 'regression', champion: prediction, challenger: prediction } as const
  const better = await comparePairs(taskOf([await batchOf('one', [pairs], [labels])], task))
  expect(figureOf(better, 'rmse_gain').value).toBeCloseTo(0.1, 9)
  expect(better.nonInferiority).toBe('ok')
  expect(figureOf(better, 'rmse_difference').value).toBeLessThan(0)
  expect(figureOf(better, 'mae_difference').value).toBeCloseTo(
    -0.1 * figureOf(better, 'mae_difference').champion!,
    9,
  )
  expect(better.figures.some(({ metric }) => metric === 'flips')).toBe(false)
  expect(figureOf(better, 'mean_abs_difference', { segment: 'place=x' }).n).toBe(1000)
  const worse = await comparePairs(
    taskOf([await batchOf('one', [pairs.replace('0.9', '1.02')], [labels])], task),
  )
  expect(worse.nonInferiority).toBe('fail')
  expect(worse.nonInferiorityReason).toMatch(/^rmse_gain -0\.02, /)
})

test('raw outputs are compared number by number and text by text, by their names', async () => {
  const pairs = `SELECT id AS k0, 'x' AS s0, id AS a0, [id * 1.0, NULL, 3.0] AS a1, 'same' AS a2,
      if(id = 9, 'other', 'same') AS b0, [id * 1.0, NULL, if(id = 4, 3.5, 3.0)] AS b1, if(id = 7, id + 2, id) AS b2
    FROM (SELECT range AS id FROM range(10))`
  const champion = {
    columns: [
      { name: 'count', type: 'bigint' },
      { name: 'vector', type: 'double precision[]' },
      { name: 'word', type: 'text' },
    ],
    classes: [],
  } as const
  const [count, vector, word] = champion.columns
  const challenger = { columns: [word, vector, count], classes: [] }
  const task = { task: 'raw', champion, challenger, rtol: 0, atol: 0.1 } as const
  const outcome = await comparePairs(
    taskOf([await batchOf('one', [pairs.replaceAll('NULL', "'nan'::DOUBLE")], [])], task),
  )
  expect(outcome).toMatchObject({
    numeric: 'fail',
    numericReason: '2 of 10 rows beyond 0.1 + 0 |champion|; 1 label flipped',
    nonInferiority: 'skipped',
  })
  expect(figureOf(outcome, 'max_abs_difference').value).toBe(2)
  expect(outcome.disagreements.map(({ key, difference }) => [key['id'], difference])).toEqual([
    ['7', 2],
    ['4', 0.5],
    ['9', 0],
  ])
  expect(outcome.disagreements[1]?.challenger).toEqual({ word: 'same', vector: [4, 'NaN', 3.5], count: '4' })
  const longer = pairs.replace('if(id = 4, 3.5, 3.0)', '3.0, 0.0')
  const uneven = await comparePairs(taskOf([await batchOf('one', [longer])], task))
  expect(figureOf(uneven, 'rows_beyond_tolerance').value).toBe(10)
})

test('an output that only one raw model has is no equivalence', async () => {
  const pairs = `SELECT range AS k0, 'x' AS s0, range AS a0, range AS a1, range AS b0 FROM range(10)`
  const count = { name: 'count', type: 'bigint' } as const
  const outcome = await comparePairs(
    taskOf([await batchOf('one', [pairs])], {
      task: 'raw',
      champion: { columns: [count, { name: 'more', type: 'bigint' }], classes: [] },
      challenger: { columns: [count], classes: [] },
    }),
  )
  expect(figureOf(outcome, 'rows_beyond_tolerance').value).toBe(10)
  expect(outcome.numeric).toBe('fail')
})
