import { comparePairs } from '../../../../activities/evaluation/comparison/compare-pairs'
import { batchOf, figureOf, taskOf } from './pair-tasks'
import type { ComparisonTask } from '../../../../activities/evaluation/comparison/comparison-task'

/** Rows `from` to `to` of 0 to 999: the champion's score is (i % 100) / 100; the challenger's as given. */
const pairs = (from: number, to: number, challenger = 'a', flips = 'a >= 0.5'): string =>
  `SELECT id AS k0, place AS s0, a AS a0, a >= 0.5 AS a1, ${challenger} AS b0, ${flips} AS b1
   FROM (SELECT range AS id, if(range < 700, 'big', 'small') AS place, ((range % 100) / 100)::FLOAT AS a FROM range(${from}, ${to}))`
/** A row is late more often the higher its score. */
const labels = `SELECT range AS "key.0", hash(range) % 100 < range % 100 AS label FROM range(1000)`

test('a model against itself is equivalent and not inferior', async () => {
  const outcome = await comparePairs(taskOf([await batchOf('one', [pairs(0, 1000)], [labels])]))
  expect(outcome).toMatchObject({
    rowsBoth: 1000,
    rowsLabelled: 1000,
    numeric: 'ok',
    nonInferiority: 'ok',
    disagreements: [],
  })
  expect(figureOf(outcome, 'max_abs_difference').value).toBe(0)
  expect(figureOf(outcome, 'cohen_kappa').value).toBe(1)
  expect(figureOf(outcome, 'roc_auc_difference')).toMatchObject({ value: 0, ciLo: 0, ciHi: 0, verdict: 'ok' })
  expect(figureOf(outcome, 'psi').value).toBe(0)
})

test('shards and batches make the figures of all their rows', async () => {
  const noise = 'least(1, greatest(0, a + ((id * 7919) % 21 - 10) / 500))::FLOAT'
  const flips = `${noise} >= 0.5`
  const whole = await comparePairs(taskOf([await batchOf('x', [pairs(0, 1000, noise, flips)], [labels])]))
  const parts = await comparePairs(
    taskOf([
      await batchOf('x', [pairs(0, 300, noise, flips), pairs(300, 600, noise, flips)], [labels]),
      await batchOf('y', [pairs(600, 1000, noise, flips)], [labels]),
    ]),
  )
  expect(parts.figures).toEqual(whole.figures)
  const rows = ({ disagreements }: typeof whole) =>
    disagreements.map(({ key, difference }) => [key, difference])
  expect(rows(parts)).toEqual(rows(whole))
  expect(parts.disagreements).toHaveLength(50)
})

test('a shard of more rows than are read at a time keeps its rows and labels together', async () => {
  const moved = 'a + if(id IN (100, 140000), 0.5, 0)'
  // only the last rows have labels, which the champion ranks without a fault
  const late = `SELECT range AS "key.0", range % 100 >= 50 AS label FROM range(135000, 150000)`
  const outcome = await comparePairs(taskOf([await batchOf('big', [pairs(0, 150_000, moved)], [late])]))
  expect(outcome.disagreements.map(({ key }) => key['id'])).toEqual(['100', '140000'])
  expect(outcome.rowsLabelled).toBe(15_000)
  expect(figureOf(outcome, 'roc_auc_difference').champion).toBe(1)
  expect(figureOf(outcome, 'flip_rate', { segment: 'place=small' }).n).toBe(149_300)
})

test('one key in two batches is two rows, each with the label of its batch', async () => {
  const reverse = `SELECT range AS "key.0", hash(range) % 100 >= range % 100 AS label FROM range(1000)`
  const outcome = await comparePairs(
    taskOf([
      await batchOf('x', [pairs(0, 1000, '1 - a')], [labels]),
      await batchOf('y', [pairs(0, 1000, '1 - a')], [reverse]),
    ]),
  )
  // what the labels of one batch say for a model, those of the other say against it
  expect(figureOf(outcome, 'roc_auc_difference').champion).toBeCloseTo(0.5, 10)
})

test('labels that flip at equal scores are told by direction, and fail the numeric verdict', async () => {
  const outcome = await comparePairs(
    taskOf([await batchOf('one', [pairs(0, 1000, 'a', 'a >= 0.48')], [labels])]),
  )
  expect(outcome).toMatchObject({
    numeric: 'fail',
    numericReason: '20 labels flipped',
    nonInferiority: 'ok',
  })
  expect(figureOf(outcome, 'flips')).toMatchObject({ value: 20, verdict: 'fail' })
  expect(figureOf(outcome, 'flips', { direction: 'false -> true' })).toMatchObject({ value: 20, n: 500 })
  expect(figureOf(outcome, 'flips', { direction: 'true -> false' }).value).toBe(0)
  expect(figureOf(outcome, 'rows_beyond_tolerance').verdict).toBe('ok')
  expect(figureOf(outcome, 'agreement').value).toBe(0.98)
  // the rows are named, in their order
  expect(outcome.disagreements).toHaveLength(20)
  expect(outcome.disagreements[0]).toEqual({
    batch: 'one',
    key: { id: '48' },
    champion: { score: Math.fround(0.48), label: false },
    challenger: { score: Math.fround(0.48), label: true },
    difference: 0,
    flipped: true,
    segments: { place: 'big' },
  })
})

test('one row that moves beyond the tolerance is found and named', async () => {
  const outcome = await comparePairs(
    taskOf([await batchOf('one', [pairs(0, 500), pairs(500, 1000, 'a + if(id = 777, 0.001, 0.000001)')])]),
  )
  expect(outcome.numericReason).toBe('1 of 1000 rows beyond 0.00001 + 0.0001 |champion|')
  expect(outcome.disagreements[0]).toMatchObject({ key: { id: '777' } })
  expect(outcome.disagreements[0]?.difference).toBeCloseTo(0.001, 6)
  expect(outcome.nonInferiorityReason).toBe('0 labelled rows that both scored, at least 200 are wanted')
})

test('rows that only one model scored are counted, and are no equivalence', async () => {
  const half = pairs(0, 1000)
    .replace('AS b0', '* if(id < 10, NULL, 1) AS b0')
    .replace('AS b1', 'AND if(id < 10, NULL, true) AS b1')
  const outcome = await comparePairs(taskOf([await batchOf('one', [half], [labels])]))
  expect(outcome).toMatchObject({ rowsBoth: 990, rowsLabelled: 990, numeric: 'fail', nonInferiority: 'ok' })
  expect(outcome.numericReason).toBe('10 rows scored by the champion only, 0 by the challenger only')
  expect(figureOf(outcome, 'rows_only_champion')).toMatchObject({ value: 10, n: 1000, verdict: 'fail' })
  expect(figureOf(outcome, 'rows_only_challenger')).toMatchObject({ value: 0, verdict: 'ok' })
})

test('a challenger that ranks worse is inferior; the segment where it is worst is named', async () => {
  // within small places it turns the order round
  const outcome = await comparePairs(
    taskOf([await batchOf('one', [pairs(0, 1000, "if(place = 'small', 1 - a, a)")], [labels])]),
  )
  expect(outcome.nonInferiority).toBe('fail')
  expect(outcome.nonInferiorityReason).toMatch(
    /^roc_auc_difference -0\.\d+, 95 % interval -0\.\d+ to -0\.\d+: may be below -0\.005$/,
  )
  expect(figureOf(outcome, 'worst_segment_difference', { segment: 'place=small' }).value).toBeLessThan(-0.5)
  expect(figureOf(outcome, 'roc_auc_difference', { segment: 'place=big' }).value).toBe(0)
  expect(figureOf(outcome, 'flip_rate', { segment: 'place=big' }).value).toBe(0)
})

test('a number that one model does not have is the largest difference', async () => {
  const odd = "CASE id WHEN 5 THEN 'nan'::FLOAT WHEN 7 THEN 'inf'::FLOAT ELSE a + 0.01 END"
  const outcome = await comparePairs(taskOf([await batchOf('one', [pairs(0, 1000, odd)], [labels])]))
  expect(outcome.disagreements.slice(0, 2)).toMatchObject([
    { key: { id: '5' }, difference: null, challenger: { score: 'NaN' } },
    { key: { id: '7' }, difference: null, challenger: { score: 'Infinity' } },
  ])
  expect(figureOf(outcome, 'max_abs_difference').reason).toBe('2 rows left out: finite in one model only')
  expect(outcome.rowsLabelled).toBe(998)
})

test('without a row nothing is judged', async () => {
  const outcome = await comparePairs(taskOf([await batchOf('one', [pairs(0, 0)], [labels])]))
  expect(outcome).toMatchObject({ rowsBoth: 0, numeric: 'skipped', nonInferiority: 'skipped' })
  expect(await comparePairs(taskOf([]))).toMatchObject({ rowsBoth: 0, numeric: 'skipped' })
})

test('a pair file that is not what the shard wrote is refused', async () => {
  const batch = await batchOf('one', [pairs(0, 10)])
  const files = batch.files.map((file) => ({ ...file, sha256: 'another' }))
  await expect(comparePairs(taskOf([{ ...batch, files }]))).rejects.toMatchObject({ code: 'STORE_CORRUPT' })
})

test('work that is given up ends', async () => {
  const stop = (): never => {
    throw new Error('given up')
  }
  await expect(comparePairs(taskOf([await batchOf('one', [pairs(0, 10)])]), stop)).rejects.toThrow('given up')
})

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
