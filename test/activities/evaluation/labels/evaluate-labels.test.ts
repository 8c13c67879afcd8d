import path from 'node:path'
import { fileSha256 } from '../../../../activities/data/source-file'
import { evaluateLabels } from '../../../../activities/evaluation/labels/evaluate-labels'
import type { EvaluationTask } from '../../../../activities/evaluation/labels/evaluation-task'
import { referenceCodec } from '../../../../activities/evaluation/profiles/reference-codec'
import { referenceProfile } from '../../../../activities/evaluation/profiles/reference-profile'
import { shardCodec } from '../../../../activities/evaluation/profiles/shard-codec'
import { isBroken } from '../../../../activities/evaluation/profiles/shard-profile'
import { temporaryFolder } from '../../../stack/fresh'
import { duckdb } from '../../../stack/scenario'

const folder = temporaryFolder()
let files = 0

async function write(query: string): Promise<string> {
  const file = path.join(folder, `${files++}.parquet`)
  await duckdb(`COPY (${query}) TO '${file}' (FORMAT parquet)`)
  return file
}

async function evaluate(
  predictions: string,
  labels: readonly string[],
  more: Partial<EvaluationTask> = {},
): ReturnType<typeof evaluateLabels> {
  const arrivals = await Promise.all(
    labels.map(async (query, i) => {
      const file = await write(query)
      return { path: file, sha256: await fileSha256(file), loadId: i + 1, ofThisBatch: true }
    }),
  )
  return evaluateLabels({
    task: 'binary',
    classes: [],
    predictions: {
      files: [await write(predictions)],
      roots: [folder],
      keys: [{ name: 'id', type: 'bigint' }],
    },
    segments: [],
    arrivals,
    labelsFolder: folder,
    labelKey: 'label/late',
    reference: null,
    isMature: true,
    thresholds: [],
    ownLabels: null,
    seed: 1,
    ...more,
  })
}

/** A thousand rows; the score of row i is (i % 10) / 10, the label its decision but for every fifth row. */
const thousand = `SELECT range AS id, (range % 10) / 10 AS score, range % 10 >= 5 AS label,
  CASE WHEN range < 600 THEN 'big' WHEN range < 800 THEN 'even' WHEN range < 999 THEN 'small' END AS place FROM range(1000)`
const truth = `SELECT range AS "key.0", (range % 10 >= 5) <> (range % 5 = 0) AS label FROM range(1000)`

const valueOf = (
  { metrics }: Awaited<ReturnType<typeof evaluateLabels>>,
  metric: string,
  segment: string | null = null,
) => metrics.find((one) => one.metric === metric && one.segment === segment)

test('rows without a label count for coverage and nothing else', async () => {
  const outcome = await evaluate(thousand, [`FROM (${truth}) WHERE "key.0" % 10 < 5 AND "key.0" < 500`])
  expect(outcome.counts).toMatchObject({ scored: 1000, labelled: 250, received: 250, unknown: 0 })
  expect(valueOf(outcome, 'accuracy')).toMatchObject({ value: 0.8, nCurrent: 250 })
  expect(outcome.coverage).toMatchObject({ scored: 1000, labelled: 250, matured: 1000, share: 0.25 })
  expect(outcome.coverage.pValue).toBeLessThan(1e-9) // only rows of low scores have labels
})

test('a later arrival corrects a former one; conflicts, unknown and empty ones are counted', async () => {
  const turned = `SELECT "key.0", NOT label AS label FROM (${truth}) WHERE "key.0" < 100`
  const odd = `SELECT range + 5000 AS "key.0", true AS label FROM range(7) UNION ALL SELECT range, NULL FROM range(3)`
  const outcome = await evaluate(thousand, [truth, turned, odd])
  expect(outcome.counts).toEqual({
    scored: 1000,
    labelled: 1000,
    received: 1110,
    empty: 3,
    unknown: 7,
    unknownKeys: 7,
    repeated: 100,
    conflicts: 100,
    undecided: 0,
  })
  expect(valueOf(outcome, 'accuracy')?.value).toBe((0.8 * 900 + 0.2 * 100) / 1000)
})

test('segments are those of 200 labelled rows, a row without a value is in none', async () => {
  const outcome = await evaluate(thousand, [`FROM (${truth}) WHERE "key.0" <> 799`], { segments: ['place'] })
  expect(new Set(outcome.metrics.map(({ segment }) => segment))).toEqual(new Set([null, 'place=big']))
  expect(valueOf(outcome, 'accuracy', 'place=big')).toMatchObject({ value: 0.8, nCurrent: 600 })
  const whole = await evaluate(thousand, [truth], { segments: ['place', 'gone'] })
  expect(new Set(whole.metrics.map(({ segment }) => segment))).toEqual(
    new Set([null, 'place=big', 'place=even']),
  )
})

test('labels are profiled on their reference, and sampled for later ones', async () => {
  const codes = Int32Array.from({ length: 100 }, (_, i) => (i < 90 ? 0 : 1))
  const reference = referenceProfile(new Map([['label/late', { dictionary: ['false', 'true'], codes }]]))
  const outcome = await evaluate(thousand, [truth], { reference: referenceCodec.encode(reference) })
  const { columns, sample, rows } = shardCodec.decode(outcome.labelProfile)
  const counts = columns.get('label/late')
  if (counts === undefined || isBroken(counts)) throw new Error('the label is there')
  expect([rows, [...counts.bins]]).toEqual([1000, [500, 500, 0, 0]])
  expect(sample.hashes).toHaveLength(1000)
  const without = shardCodec.decode((await evaluate(thousand, [truth])).labelProfile)
  expect(without.columns.size).toBe(0)
  expect(without.sample.columns.get('label/late')).toMatchObject({ dictionary: ['false', 'true'] })
})

test('multiclass: classes in the model’s order, unknown ones a level of their own', async () => {
  const outcome = await evaluate(
    `SELECT range AS id, 0.5 AS score, 'b' AS label, [0.2, 0.5, 0.3]::FLOAT[] AS probabilities FROM range(10)`,
    [`SELECT range AS "key.0", ['a', 'b', 'c', 'z'][1 + range % 4] AS label FROM range(10)`],
    { task: 'multiclass', classes: ['a', 'b', 'c'] },
  )
  expect(valueOf(outcome, 'accuracy')).toMatchObject({ value: 3 / 8, nCurrent: 8 })
  expect(outcome.tables).toMatchObject({
    confusion: [
      [0, 3, 0],
      [0, 3, 0],
      [0, 2, 0],
    ],
  })
  const { sample } = shardCodec.decode(outcome.labelProfile)
  expect(sample.columns.get('label/late')).toMatchObject({
    dictionary: ['(no class of the model)', 'a', 'b', 'c'],
  })
})

test('a key of several columns is found by all of them, in the type that predictions have', async () => {
  const day = `DATE '2013-07-04' + (range % 2)::int`
  const outcome = await evaluate(
    `SELECT 'a' || range // 2 AS name, ${day} AS day, range / 10 AS score, true AS label FROM range(10)`,
    [
      `SELECT 'a' || range // 2 AS "key.0", (${day})::VARCHAR AS "key.1", range < 5 AS label FROM range(10)
       UNION ALL SELECT 'a1', '2013-07-09', true UNION ALL SELECT NULL, '2013-07-04', true`,
    ],
    {
      predictions: {
        files: [
          await write(
            `SELECT 'a' || range // 2 AS name, ${day} AS day, range / 10 AS score, true AS label FROM range(10)`,
          ),
        ],
        roots: [folder],
        keys: [
          { name: 'name', type: 'text' },
          { name: 'day', type: 'date' },
        ],
      },
    },
  )
  expect(outcome.counts).toMatchObject({ labelled: 10, unknown: 2, conflicts: 0 })
  expect(valueOf(outcome, 'accuracy')?.value).toBe(0.5)
})

test('no label at all is no number, and no error', async () => {
  const outcome = await evaluate(thousand, [`SELECT 5000::BIGINT AS "key.0", true AS label`])
  expect(outcome).toMatchObject({ metrics: [], tables: null, counts: { labelled: 0, unknown: 1 } })
})

test('a file that is not what arrived, or labels of another task, are refused', async () => {
  const file = await write(truth)
  const arrival = { path: file, sha256: 'other', loadId: 1, ofThisBatch: true }
  await expect(evaluate(thousand, [], { arrivals: [arrival] })).rejects.toMatchObject({
    code: 'STORE_CORRUPT',
  })
  await expect(evaluate(thousand, [`SELECT 1::BIGINT AS "key.0", 0.5 AS label`])).rejects.toMatchObject({
    code: 'LABELS_INVALID',
  })
})
