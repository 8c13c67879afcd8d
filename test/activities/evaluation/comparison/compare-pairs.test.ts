import { comparePairs } from '../../../../activities/evaluation/comparison/compare-pairs'
import { batchOf, figureOf, taskOf } from './pair-tasks'

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
