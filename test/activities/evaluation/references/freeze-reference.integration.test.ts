import fs from 'node:fs'
import path from 'node:path'
import { freezeReference } from '../../../../activities/evaluation/references/freeze-reference'
import { joinColumns } from '../../../../activities/evaluation/references/join-columns'
import {
  loadReference,
  type LoadedReference,
} from '../../../../activities/evaluation/references/load-reference'
import { packageReference } from '../../../../activities/evaluation/references/package-reference'
import { columnBins } from '../../../../activities/evaluation/profiles/column-bins'
import { loadRunContext, type RunContext } from '../../../../activities/runs/run-context'
import { temporaryFolder } from '../../../stack/fresh'
import { duckdb, goldenModel } from '../../../stack/scenario'
import { nightRows, startNights, type Nights } from './published-nights'

const flights = (version: number): string =>
  path.resolve(__dirname, `../../../../examples/flights/models/v${version}`)

let nights: Nights
let [v1, v2, bare] = ['', '', '']
beforeAll(async () => {
  nights = await startNights()
  v1 = await nights.register(flights(1))
  v2 = await nights.register(flights(2))
  bare = await nights.register(goldenModel('regression-double'))
})
afterAll(() => nights.deps.connections.close())

const day = (night: number): string => `2013-06-${String(night).padStart(2, '0')}`
const load = (id: string | null): Promise<LoadedReference> =>
  loadReference(nights.deps.connections.control, id!)
const freeze = async (job: string, model: string, night: number): Promise<string | null> =>
  freezeReference(nights.deps, await nights.open(job, model, day(night)))
const publishNights = async (job: string, model: string, first: number, last: number): Promise<string[]> => {
  const ids: string[] = []
  for (let night = first; night <= last; night += 1)
    ids.push(await nights.publish(job, model, day(night), nightRows(night)))
  return ids
}
const rowsOf = (first: number, last: number) =>
  joinColumns(Array.from({ length: last - first + 1 }, (_, i) => nightRows(first + i)))

describe('trailing nights', () => {
  const job = 'trailing'
  let runIds: string[]
  beforeAll(async () => {
    await nights.apply(job, v1, { reference: { trailing: 15 }, segments: ['carrier'] })
    await nights.apply('another', v1, {})
    runIds = await publishNights(job, v1, 1, 16)
    const other = nightRows(99, 3_000)
    await nights.publish(job, v1, day(3), other, 'superseded')
    await nights.publish(job, v2, day(9), other, 'failed')
    await nights.publish(job, v1, day(20), other) // later than the run
    await nights.publish(job, v2, day(15) + '.v2', other) // other features
    await nights.publish('another', v1, day(10), other)
  })

  test('are the last ones published before the batch, scored by a model with the same features', async () => {
    const { kind, rows, sampled, all, source, segments } = await load(await freeze(job, v1, 17))
    expect([kind, rows, sampled]).toEqual(['trailing', 1_500, true])
    expect(source).toMatchObject({ from: day(2), to: day(16), runs: runIds.slice(1).reverse() })
    for (const [name, column] of await rowsOf(2, 16))
      expect(all.columns.get(name)!.bins).toEqual(columnBins(column))
    expect(all.columns.get('feature/temp')!.range).toEqual({ min: -30, max: 120 })
    expect([...segments].map(([name, { rows: n }]) => [name, n])).toEqual([
      ['carrier=AA', 490],
      ['carrier=B6', 490],
      ['carrier=UA', 490],
      ['carrier=rare', 30],
    ])
    expect([segments.get('carrier=UA')!.columns.size, segments.get('carrier=rare')!.columns.size]).toEqual([
      3, 0,
    ])
  })

  test('a reference is frozen: neither a retry nor a night published later changes it', async () => {
    const context = await nights.open(job, v1, day(18))
    const frozen = await freezeReference(nights.deps, context)
    await nights.publish(job, v1, day(17), nightRows(17))
    expect(await freezeReference(nights.deps, context)).toBe(frozen)
    const reloaded: RunContext = await loadRunContext(nights.deps, context.run.runId)
    expect(reloaded.run.referenceId).toBe(frozen)
    expect(await freezeReference(nights.deps, reloaded)).toBe(frozen)
    const after = await load(await freeze(job, v1, 19))
    expect(after.source).toMatchObject({ to: day(17) })
    expect(after.referenceId).not.toBe(frozen)
  })

  test('the same nights make no second reference', async () => {
    const [one, two] = [await freeze(job, v1, 18), await freeze(job, v1, 18)]
    expect(one).toBe(two)
  })
})

test('with fewer than 14 nights, or than asked for, the package’s reference is taken', async () => {
  const [name, version] = [v1.split('@')[0]!, Number(v1.split('@')[1])]
  const ofPackage = await packageReference(nights.deps, name, version, ['carrier'])
  await nights.apply('young', v1, { reference: { trailing: 28 }, segments: ['carrier'] })
  expect(await freeze('young', v1, 1)).toBe(ofPackage)
  await publishNights('young', v1, 1, 13)
  expect(await freeze('young', v1, 14)).toBe(ofPackage)
  await nights.publish('young', v1, day(14), nightRows(14))
  expect(await load(await freeze('young', v1, 15))).toMatchObject({ kind: 'trailing', rows: 1_400 })
  await nights.apply('short', v1, { reference: { trailing: 2 } })
  await publishNights('short', v1, 1, 2)
  expect(await load(await freeze('short', v1, 3))).toMatchObject({ kind: 'trailing', rows: 200 })
})

test('where the package has none, one night is enough, and before it there is nothing', async () => {
  await nights.apply('bare', bare, {})
  expect(await freeze('bare', bare, 1)).toBeNull()
  await nights.publish('bare', bare, day(1), nightRows(1))
  expect(await load(await freeze('bare', bare, 2))).toMatchObject({
    kind: 'trailing',
    rows: 100,
    labelled: null,
  })
  await nights.apply('bare-model', bare, { reference: 'model' })
  expect(await freeze('bare-model', bare, 3)).toBeNull()
})

test('the package’s reference is taken where the job says model', async () => {
  await nights.apply('of-model', v2, { reference: 'model' })
  expect(await load(await freeze('of-model', v2, 1))).toMatchObject({ kind: 'model', rows: 20_000 })
})

test('a range of batches holds both ends and not the run’s own; one without batches is refused', async () => {
  await nights.apply('range', v1, { reference: { batches: [day(2), day(4)] } })
  const error = await freeze('range', v1, 9).catch((cause: unknown) => cause)
  expect(error).toMatchObject({ code: 'REFERENCE_INVALID' })
  expect(String(error)).toContain(`no published batch from ${day(2)} to ${day(4)} of job range`)
  await publishNights('range', v1, 1, 5)
  expect(await load(await freeze('range', v1, 9))).toMatchObject({
    kind: 'batches',
    rows: 300,
    source: { from: day(2), to: day(4) },
  })
  expect(await load(await freeze('range', v1, 4))).toMatchObject({ rows: 200 })
})

test('a sample of more than 50,000 rows is cut, and segments have the rows of it that are their own', async () => {
  await nights.apply('large', bare, { segments: ['carrier'] })
  await nights.publish('large', bare, day(1), nightRows(1, 40_000))
  await nights.publish('large', bare, day(2), nightRows(2, 30_000))
  const { rows, segments } = await load(await freeze('large', bare, 3))
  expect(rows).toBe(50_000)
  // a hash that two nights share can be cut off with one of them
  expect(Math.abs([...segments.values()].reduce((sum, one) => sum + one.rows, 0) - 50_000)).toBeLessThan(3)
  expect(segments.get('carrier=UA')!.columns.get('feature/temp')!.sample).toHaveLength(5_000)
})

describe('a file', () => {
  const features = { hour: 'scheduled // 100', temp: '(celsius * 1.8) + 32' }
  const labels = { parquet: 'labels.parquet', column: 'late' }
  const job = 'of-file'
  let file: string
  const write = (rows: string): Promise<unknown> =>
    duckdb(`COPY (SELECT month, day_of_week, hour * 100 + 30 AS scheduled, carrier, origin, distance, (temp - 32) / 1.8 AS celsius,
      wind_speed, precip, visib, label AS late FROM '${flights(1)}/reference.parquet' ${rows}) TO '${file}' (FORMAT parquet)`)
  beforeAll(async () => {
    file = path.join(nights.folder, 'past.parquet')
    await write('')
    const monitor = { reference: { parquet: 'past.parquet' }, segments: ['carrier'] }
    await nights.apply(job, v1, monitor, { features, labels })
  })

  test('is read by the job’s features, without its where, and scored like the package’s own', async () => {
    const ofFile = await load(await freeze(job, v1, 1))
    const [name, version] = [v1.split('@')[0]!, Number(v1.split('@')[1])]
    const ofPackage = await load(await packageReference(nights.deps, name, version, ['carrier']))
    expect(ofFile).toMatchObject({
      kind: 'parquet',
      rows: 9_992,
      sampled: false,
      source: { file: 'past.parquet' },
    })
    for (const key of [
      'feature/hour',
      'feature/distance',
      'feature/carrier',
      'prediction/score',
      'label/label',
    ])
      expect(ofFile.all.columns.get(key)).toEqual(ofPackage.all.columns.get(key))
    expect(ofFile.labelled).toEqual(ofPackage.labelled)
    expect(ofFile.segments.get('carrier=UA')!.rows).toBe(ofPackage.segments.get('carrier=UA')!.rows)
  })

  test('makes one reference, and another when it changes', async () => {
    const before = await freeze(job, v1, 2)
    expect(await freeze(job, v1, 3)).toBe(before)
    await write('LIMIT 5000')
    const after = await freeze(job, v1, 4)
    expect(await load(after)).toMatchObject({ rows: 5_000 })
    expect(after).not.toBe(before)
  })

  test('is refused where it is not there, lacks a column or lies outside the roots', async () => {
    const refused = async (parquet: string): Promise<unknown> => {
      await nights.apply('refused', v1, { reference: { parquet } }, { features })
      return freeze('refused', v1, 1).catch((cause: unknown) => cause)
    }
    expect(await refused('gone.parquet')).toMatchObject({ code: 'REFERENCE_INVALID' })
    await duckdb(`COPY (SELECT 1 AS month) TO '${nights.folder}/narrow.parquet' (FORMAT parquet)`)
    expect(String(await refused('narrow.parquet'))).toContain('narrow.parquet: no column "day_of_week"')
    const elsewhere = path.join(temporaryFolder(), 'past.parquet')
    fs.copyFileSync(file, elsewhere)
    expect(await refused(elsewhere)).toMatchObject({ code: 'PATH_OUTSIDE_ROOTS' })
  })
})
