import path from 'node:path'
import fs from 'node:fs'
import { Connections } from '../../../../activities/data/postgres/connections'
import {
  loadReference,
  type LoadedReference,
} from '../../../../activities/evaluation/references/load-reference'
import { packageReference } from '../../../../activities/evaluation/references/package-reference'
import { extractMoments } from '../../../../activities/evaluation/stats/moments'
import { readModelKeys } from '../../../../activities/scoring/model-keys'
import { registerModel } from '../../../../activities/scoring/registry'
import { freshDatabase, queryRows } from '../../../stack/database'
import { temporaryFolder } from '../../../stack/fresh'
import { duckdb, goldenModel } from '../../../stack/scenario'

const models = path.resolve(__dirname, '../../../../examples/flights/models')
const modelKeys = readModelKeys({})

let databaseUrl: string
let connections: Connections
beforeAll(async () => {
  databaseUrl = await freshDatabase()
  connections = new Connections({ controlUrl: databaseUrl, environment: {} })
})
afterAll(() => connections.close())

const register = (folder: string) =>
  registerModel(connections.control, folder, { keys: modelKeys, by: 'test' })
const make = (model: string, version: number, segments: string[] = []) =>
  packageReference({ connections, modelKeys }, model, version, segments)
const load = async (model: string, version: number, segments: string[] = []): Promise<LoadedReference> =>
  loadReference(connections.control, (await make(model, version, segments))!)
const file = (version: number): string => `'${models}/v${version}/reference.parquet'`

/** One row of numbers and texts from DuckDB; its big integers come as text. */
const one = async (sql: string): Promise<unknown[]> => [...((await duckdb(sql))[0] ?? [])]

// made by Python: onnxruntime on reference.parquet, numpy on the scores
const scoresOfPython = [
  { version: 1, rows: 9_992, mean: 0.2290565564369468, sd: 0.15319534989515735, positive: 741 },
  { version: 2, rows: 20_000, mean: 0.23684483651816846, sd: 0.16843037739388328, positive: 1_876 },
]

describe.each(scoresOfPython)('flights v$version', ({ version, rows, mean, sd, positive }) => {
  let reference: LoadedReference
  beforeAll(async () => {
    expect(await register(path.join(models, `v${version}`))).toMatchObject({ version })
    reference = await load('flights-late', version)
  })

  test('registering it made its reference of all rows', async () => {
    expect(reference).toMatchObject({ kind: 'model', rows, sampled: false })
    const stored = await queryRows(
      databaseUrl,
      'SELECT reference_id AS id, rows::int FROM nightscore.reference_profile WHERE model_version = $1',
      [version],
    )
    expect(stored).toEqual([{ id: reference.referenceId, rows }])
  })

  test('numbers have the file’s deciles, counts between edges, moments and missing rows', async () => {
    for (const name of ['temp', 'distance', 'wind_speed']) {
      const { bins, counts } = reference.all.columns.get(`feature/${name}`)!
      if (bins.kind !== 'numeric') throw new Error(`${name} is ${bins.kind}`)
      const x = `${name}::DOUBLE`
      const [missing, average, deviation, ...deciles] = await one(
        `SELECT count(*) - count(${x}), avg(${x}), stddev_samp(${x}),
         ${[1, 2, 3, 4, 5, 6, 7, 8, 9].map((k) => `quantile_cont(${x}, ${k / 10})`).join(', ')} FROM ${file(version)}`,
      )
      expect(counts.missing).toBe(Number(missing))
      const moments = extractMoments(counts.moments)
      expect(moments.mean).toBeCloseTo(average as number, 9)
      expect(moments.sd).toBeCloseTo(deviation as number, 9)
      for (const decile of deciles)
        expect(Math.min(...bins.edges.map((edge) => Math.abs(edge - (decile as number))))).toBeLessThan(1e-9)
      const edges = [-Infinity, ...bins.edges, Infinity]
      const between = edges.slice(1).map((edge, i) => {
        const ends = [`${x} > '${edges[i]}'::DOUBLE`, `${x} <= '${edge}'::DOUBLE`]
        return `count(*) FILTER (${ends.join(' AND ')})`
      })
      const expected = await one(`SELECT ${between.join(', ')} FROM ${file(version)}`)
      expect([...counts.bins]).toEqual(expected.map(Number))
    }
  })

  test('categories and the label have the file’s values and counts', async () => {
    for (const [key, sql] of [
      ['feature/carrier', 'carrier'],
      ['feature/origin', 'origin'],
      ['label/label', 'CAST(label AS VARCHAR)'],
    ] as const) {
      const { bins } = reference.all.columns.get(key)!
      if (bins.kind !== 'categorical') throw new Error(`${key} is ${bins.kind}`)
      const found = await duckdb(
        `SELECT ${sql} AS v, count(*) FROM ${file(version)} GROUP BY 1 ORDER BY 2 DESC, 1`,
      )
      expect(bins.levels.levels).toEqual(found.map(([value]) => value))
      expect([...bins.levels.counts.subarray(0, found.length)]).toEqual(found.map(([, n]) => Number(n)))
    }
  })

  test('predictions are those of Python', () => {
    const score = extractMoments(reference.all.columns.get('prediction/score')!.counts.moments)
    expect(score.n).toBe(rows)
    expect(score.mean).toBeCloseTo(mean, 7)
    expect(score.sd).toBeCloseTo(sd, 7)
    const label = reference.all.columns.get('prediction/label')!
    if (label.bins.kind !== 'categorical') throw new Error('numeric')
    expect(label.counts.bins[label.bins.levels.levels.indexOf('true')]).toBe(positive)
  })

  test('its labelled rows are kept with their scores', async () => {
    const [labelled, late] = await one(`SELECT count(label), count(*) FILTER (label) FROM ${file(version)}`)
    expect(reference.labelled?.labels).toHaveLength(Number(labelled))
    expect(reference.labelled?.labels.reduce((sum, label) => sum + label)).toBe(Number(late))
    const mean = reference.labelled!.scores.reduce((sum, score) => sum + score) / rows
    expect(mean).toBeCloseTo(
      extractMoments(reference.all.columns.get('prediction/score')!.counts.moments).mean!,
      9,
    )
  })

  test('ranges are those of model.yaml', () => {
    expect(reference.all.columns.get('feature/temp')!.range).toEqual({ min: -30, max: 120 })
    expect(reference.all.columns.get('prediction/score')!.range.max).toBeLessThan(1)
  })

  test('people can read its columns', async () => {
    const [temp] = await queryRows<Record<string, unknown>>(
      databaseUrl,
      `SELECT kind, rows::int, mean, min, jsonb_array_length(bins) + 1 AS bins, jsonb_array_length(counts) AS counts
       FROM nightscore.reference_column WHERE reference_id = $1 AND scope = 'feature' AND column_name = 'temp'`,
      [reference.referenceId],
    )
    const { moments } = reference.all.columns.get('feature/temp')!.counts
    expect(temp).toMatchObject({ kind: 'numeric', rows, mean: moments.mean, min: moments.min })
    expect(temp!['bins']).toBe(temp!['counts'])
  })
})

test('registering a package again makes no second reference, nor does asking for it', async () => {
  const count = () => queryRows(databaseUrl, 'SELECT count(*)::int AS n FROM nightscore.reference_profile')
  const before = await count()
  await register(path.join(models, 'v1'))
  expect(new Set([await make('flights-late', 1), await make('flights-late', 1)]).size).toBe(1)
  expect(await count()).toEqual(before)
})

test('segments are profiled where they have 200 rows, made once, whatever order they are named in', async () => {
  const [first, second] = [
    await make('flights-late', 1, ['origin', 'carrier', 'no such column']),
    await make('flights-late', 1, ['no such column', 'carrier', 'origin']),
  ]
  expect(first).toBe(second)
  const { all, segments } = await loadReference(connections.control, first!)
  expect(all).toEqual((await load('flights-late', 1)).all)
  for (const column of ['carrier', 'origin'])
    for (const [value, n, missing] of await duckdb(
      `SELECT ${column}, count(*), count(*) - count(temp) FROM ${file(1)} GROUP BY 1`,
    )) {
      const segment = segments.get(`${column}=${String(value)}`)!
      expect(segment.rows).toBe(Number(n))
      expect(segment.columns.size).toBe(Number(n) < 200 ? 0 : all.columns.size)
      if (Number(n) >= 200) expect(segment.columns.get('feature/temp')!.counts.missing).toBe(Number(missing))
    }
  expect([...segments.values()].some(({ rows }) => rows < 200)).toBe(true)
})

test('a package without reference.parquet has no reference', async () => {
  const { model, version } = await register(goldenModel('regression-double'))
  expect(await make(model, version)).toBeNull()
})

test('labels of several classes are texts, of a regression numbers; neither keeps scores with labels', async () => {
  const classes = await register(goldenModel('multiclass-list'))
  const digits = await load(classes.model, classes.version)
  expect(digits.all.columns.get('label/label')!.bins).toMatchObject({ kind: 'categorical', of: 'text' })
  expect([...digits.all.columns.keys()].sort()).toEqual([
    'feature/pixels.length',
    'feature/pixels.norm',
    'label/label',
    'prediction/label',
    'prediction/score',
  ])
  const number = await register(goldenModel('regression-float32'))
  const { all, labelled } = await load(number.model, number.version)
  expect(all.columns.get('label/label')!.counts.moments.n).toBe(200)
  expect([digits.labelled, labelled]).toEqual([null, null])
})

test('a label that is none refuses the package, and nothing is stored', async () => {
  const folder = path.join(temporaryFolder(), 'wrong')
  fs.cpSync(path.join(models, 'v1'), folder, { recursive: true })
  await duckdb(
    `COPY (SELECT * REPLACE (CASE WHEN label THEN 2 ELSE 0 END AS label) FROM ${file(1)}) TO '${folder}/reference.parquet' (FORMAT parquet)`,
  )
  await expect(register(folder)).rejects.toMatchObject({
    code: 'REFERENCE_INVALID',
    facts: { expected: 'a boolean, or 0 and 1, or null' },
  })
})
