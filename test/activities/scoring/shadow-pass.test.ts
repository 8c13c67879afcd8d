import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { predictionColumns } from '../../../activities/scoring/predict'
import type { ScoreShardTask, ShadowTask, ThreadModel } from '../../../activities/scoring/score-shard-task'
import { createScoringPool } from '../../../activities/scoring/scoring-pool'
import { ShadowFailure } from '../../../activities/scoring/shadow-failure'
import { NightscoreError } from '../../../schemas/errors'
import type { ModelManifest } from '../../../schemas/model-manifest'
import { temporaryFolder } from '../../stack/fresh'
import { duckdb } from '../../stack/scenario'
import { plannedFeatures, qualityRules, shardOf, writeRows } from './quality-rules-shard'

const pool = createScoringPool({ threads: 2 })
const folder = temporaryFolder()
const file = path.join(folder, 'rows.parquet')
const never = new AbortController().signal
let champion: ThreadModel
let challenger: ThreadModel

/** The same network fed by other rules: a has a default, b goes as it is, c knows no z and quarantines it. */
function otherRules({ features, ...manifest }: ModelManifest): ModelManifest {
  const changed = features.map((feature) => {
    if (feature.name === 'a' && feature.type === 'number') return { ...feature, missing: 5 }
    if (feature.name === 'b' && feature.type === 'number') return { ...feature, outOfRange: 'count' as const }
    return feature.type === 'category' ? { ...feature, categories: ['x', 'y'] } : feature
  })
  return { ...manifest, features: changed }
}

beforeAll(async () => {
  champion = await qualityRules()
  challenger = { ...champion, manifest: otherRules(champion.manifest) }
  await writeRows(file)
})
afterAll(() => pool.close())

function shadowOf(model: ThreadModel, change: Partial<ShadowTask> = {}): ShadowTask {
  const predictions = predictionColumns(model.manifest, model.signature)
  const pairs = path.join(folder, 'pairs')
  fs.mkdirSync(pairs, { recursive: true })
  return { model, features: plannedFeatures(model.manifest), predictions, folder: pairs, ...change }
}

async function score(task: ScoreShardTask) {
  const hash = createHash('sha256')
  const answer = await pool.scoreShard(task, async (bytes) => void hash.update(bytes), never)
  const { pairs, timings: _timings, ...result } = answer.result
  return { result, pairs, profile: answer.profile, quarantined: answer.quarantined, sent: hash.digest('hex') }
}

/** What a model publishes of the rows, alone: (id, score, label). */
async function alone(model: ThreadModel): Promise<string> {
  const target = path.join(folder, 'alone')
  fs.mkdirSync(target, { recursive: true })
  const parquet = { folder: target, compression: 'zstd', version: 'v2', constants: null } as const
  const { result } = await score({ ...(await shardOf(model, file)), parquet })
  return path.join(target, result.file!.name)
}

const pairsFile = (found: { readonly pairs: { readonly name: string } | null }): string =>
  path.join(folder, 'pairs', found.pairs!.name)

test('bytes, digest, sum, quarantine and profile of a shard are the same with a shadow', async () => {
  const task = await shardOf(champion, file)
  const without = await score(task)
  const withShadow = await score({ ...task, shadow: shadowOf(challenger) })
  const { pairs: none, ...expected } = without
  const { pairs, ...found } = withShadow
  expect(found).toEqual(expected)
  expect(none).toBeNull()
  expect(pairs?.rows).toBeGreaterThan(0)
})

test('pairs hold each row that either scored, in order, with what each makes of it alone', async () => {
  const segmentColumns = [{ name: 'note', scanColumn: 'carry.0' }]
  const task = await shardOf(champion, file)
  const found = await score({
    ...task,
    profile: { ...task.profile, segmentColumns },
    shadow: shadowOf(challenger),
  })
  const [a, b] = [await alone(champion), await alone(challenger)]
  const pairs = pairsFile(found)
  const [counts] = await duckdb(
    `SELECT count(*), count(a0), count(b0), count(*) FILTER (a0 IS NULL), count(*) FILTER (b0 IS NULL) FROM '${pairs}'`,
  )
  const [scored] = await duckdb(
    `SELECT (SELECT count(*) FROM '${a}' FULL JOIN '${b}' USING (id)), (SELECT count(*) FROM '${a}'), (SELECT count(*) FROM '${b}')`,
  )
  expect(counts?.slice(0, 3)).toEqual(scored)
  expect(Number(counts?.[3])).toBeGreaterThan(100) // quarantined by the champion alone
  expect(Number(counts?.[4])).toBeGreaterThan(100) // by the challenger alone
  expect(found.pairs?.rows).toBe(Number(counts?.[0]))
  const both = `SELECT id AS k0, coalesce(a.note, b.note) AS s0, a.score AS a0, a.label AS a1, b.score AS b0, b.label AS b1
    FROM '${a}' a FULL JOIN '${b}' b USING (id)`
  expect(await duckdb(`(FROM '${pairs}') EXCEPT ALL (${both})`)).toEqual([])
  expect(await duckdb(`(${both}) EXCEPT ALL (FROM '${pairs}')`)).toEqual([])
  const order = await duckdb(`SELECT k0 FROM '${pairs}'`)
  expect(order).toEqual([...order].sort(([x], [y]) => Number(x) - Number(y)))
})

test('a pair file is what its record says, and an attempt’s own', async () => {
  const task = { ...(await shardOf(champion, file)), rowEnd: 20_000, shadow: shadowOf(challenger) }
  const [first, second] = await Promise.all([score(task), score(task)])
  const bytes = fs.readFileSync(pairsFile(first))
  expect(first.pairs).toMatchObject({
    sizeBytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  })
  expect(second.pairs?.name).not.toBe(first.pairs?.name)
  expect(second.pairs?.sha256).toBe(first.pairs?.sha256)
})

test('a feature that only the shadow reads is read for it', async () => {
  const features = plannedFeatures(challenger.manifest)
  const doubled = features.map((one) => (one.name === 'd' ? { ...one, sql: '"a" * 2' } : one))
  const task = await shardOf(champion, file)
  const found = await score({ ...task, shadow: shadowOf(challenger, { features: doubled }) })
  const expected = await score({
    ...(await shardOf(challenger, file)),
    scan: { ...task.scan, features: doubled },
  })
  expect(found.result).toEqual((await score(task)).result)
  const [sums] = await duckdb(`SELECT count(b0), sum(b0::double) FROM '${pairsFile(found)}'`)
  expect(Number(sums?.[0])).toBe(expected.result.scored)
  expect(Number(sums?.[1])).toBeCloseTo(expected.result.scoreSum!, 6)
})

test('where neither scores a row the pair file is empty, not missing', async () => {
  const { pairs } = await score({
    ...(await shardOf(champion, file, 'id < 0')),
    shadow: shadowOf(challenger),
  })
  expect(pairs?.rows).toBe(0)
})

describe('a shadow that cannot be scored is told apart from the model, and leaves no file', () => {
  const cases: [string, () => Promise<Partial<ScoreShardTask>>, string][] = [
    [
      'a model that does not open',
      async () => ({
        shadow: shadowOf({ ...challenger, sha256: 'broken', bytes: new SharedArrayBuffer(8) }),
      }),
      'MODEL_NOT_ONNX',
    ],
    [
      'an expression that fails on a row',
      async () => {
        const features = plannedFeatures(challenger.manifest)
        const failing = features.map((one) =>
          one.name === 'd'
            ? { ...one, sql: `CAST(CASE WHEN id = 40000 THEN 'odd' ELSE '1' END AS FLOAT)` }
            : one,
        )
        return { shadow: shadowOf(challenger, { features: failing }) }
      },
      'EXPRESSION_INVALID',
    ],
    [
      'a folder that cannot be written',
      async () => ({ shadow: shadowOf(challenger, { folder: path.join(folder, 'nowhere', 'deep') }) }),
      'SINK_PATH_FAILED',
    ],
  ]

  test.each(cases)('%s', async (_, change, code) => {
    const target = path.join(folder, 'pairs')
    fs.rmSync(target, { recursive: true, force: true })
    const error = await score({ ...(await shardOf(champion, file)), ...(await change()) }).catch(
      (caught: unknown) => caught,
    )
    expect(error).toBeInstanceOf(ShadowFailure)
    expect((error as ShadowFailure).cause).toBeInstanceOf(NightscoreError)
    expect((error as ShadowFailure).cause).toMatchObject({ code })
    expect(fs.readdirSync(target)).toEqual([])
  })

  test('a file that changed is no fault of the shadow', async () => {
    const task = await shardOf(champion, file)
    const features = plannedFeatures(challenger.manifest).map((one) => ({ ...one, sql: `${one.sql} ` }))
    const changed = { ...task, file: { ...task.file, sizeBytes: 1 } }
    const error = await score({ ...changed, shadow: shadowOf(challenger, { features }) }).catch(
      (caught: unknown) => caught,
    )
    expect(error).toMatchObject({ code: 'SOURCE_CHANGED' })
  })
})

test('a signal stops a shard with a shadow, and nothing of it stays', async () => {
  const controller = new AbortController()
  const target = path.join(folder, 'stopped')
  fs.mkdirSync(target)
  const task = { ...(await shardOf(champion, file)), shadow: shadowOf(challenger, { folder: target }) }
  const write = async (): Promise<void> => controller.abort(new Error('worker stops'))
  await expect(pool.scoreShard(task, write, controller.signal)).rejects.toThrow('worker stops')
  expect(fs.readdirSync(target)).toEqual([])
})
