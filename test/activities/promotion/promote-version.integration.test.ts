import { randomUUID } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { stringify } from 'yaml'
import { promoteVersion } from '../../../activities/promotion/promote-version'
import { Connections } from '../../../activities/data/postgres/connections'
import { applyJob, readJobFile } from '../../../activities/runs/job-store'
import { readModelKeys } from '../../../activities/scoring/model-keys'
import { promoteModel, registerModel, resolveModel, showModel } from '../../../activities/scoring/registry'
import { freshDatabase, queryRows } from '../../stack/database'
import { temporaryFolder } from '../../stack/fresh'
import { goldenModel } from '../../stack/scenario'

const keys = readModelKeys({})
let databaseUrl: string
let connections: Connections
beforeAll(async () => {
  databaseUrl = await freshDatabase()
  connections = new Connections({ controlUrl: databaseUrl, environment: {} })
})
afterAll(() => connections.close())

/** Registers three versions of a model of its own; golden rows of those that are named. @returns its name */
async function model(name: string, { golden = [1, 2, 3] }: { golden?: number[] } = {}): Promise<string> {
  for (const version of [1, 2, 3]) {
    const folder = path.join(temporaryFolder(), name)
    fs.cpSync(goldenModel('binary-packed-floats'), folder, { recursive: true })
    if (!golden.includes(version)) fs.rmSync(path.join(folder, 'golden.parquet'))
    const file = path.join(folder, 'model.yaml')
    const yaml = fs.readFileSync(file, 'utf8').replace(/^name: .*$/m, `name: ${name}`)
    fs.writeFileSync(file, yaml.replace(/threshold: [\d.]+/, `threshold: 0.${version + 3}`))
    await registerModel(connections.control, folder, { keys, by: 'test' })
  }
  return name
}

async function apply(job: string, of: string, promotion: object): Promise<void> {
  const file = path.join(temporaryFolder(), 'job.yaml')
  fs.writeFileSync(
    file,
    stringify({
      name: job,
      model: of,
      source: { parquet: '{batch}.parquet' },
      key: ['id'],
      sink: { parquet: `out-${job}` },
      promotion,
    }),
  )
  await applyJob(connections.control, await readJobFile(file), 'test')
}

interface Verdicts {
  readonly numeric: string
  readonly nonInferiority: string
}
const compared = (job: string, name: string, champion: number, challenger: number, verdicts: Verdicts) =>
  queryRows(
    databaseUrl,
    `INSERT INTO nightscore.comparison (comparison_id, kind, job, task, champion_model, champion_version, challenger_model,
       challenger_version, from_batch, to_batch, batches, rows_both, rows_labelled, numeric_verdict, numeric_reason, non_inferiority,
       non_inferiority_reason, rtol, atol, margin, spec_version)
     VALUES ($1, 'compare', $2, 'binary', $3, $4, $3, $5, '2013-07-01', '2013-07-07', 7, 100, 100, $6, 'flips', $7, 'roc_auc', 1e-4, 1e-5, 0.005, 1)`,
    [randomUUID(), job, name, champion, challenger, verdicts.numeric, verdicts.nonInferiority],
  )

const promote = (
  reference: string,
  options: { alias?: string; job?: string; force?: boolean; why?: string | null } = {},
) =>
  promoteVersion(connections.control, keys, {
    ...{ reference, alias: 'champion', by: 'anna', why: null, force: false },
    ...options,
  })
const champion = async (name: string) => (await resolveModel(connections.control, `${name}@champion`)).version

test('the first version of an alias needs its golden rows only, whatever a job asks for', async () => {
  const name = await model('first')
  await apply('job-first', 'first@champion', { requires: ['golden', 'comparison'] })
  const moved = await promote(`${name}@1`)
  expect(moved).toMatchObject({ version: 1, formerVersion: null, forced: false })
  expect(moved.gates).toMatchObject([
    { gate: 'registered', verdict: 'ok' },
    {
      gate: 'golden',
      verdict: 'ok',
      found: expect.stringMatching(/^(\d+) of \1 golden rows agree/) as string,
    },
    { gate: 'comparison', job: 'job-first', verdict: 'skipped' },
  ])
  expect(await promote(`${name}@1`)).toMatchObject({ version: 1, formerVersion: 1, gates: [] })
})

test('the next is refused until it was compared with the present one, and told how to', async () => {
  const name = await model('next')
  await apply('job-next', 'next@champion', { requires: ['comparison'] })
  await promote(`${name}@1`)
  const refused = promote(`${name}@2`)
  await expect(refused).rejects.toMatchObject({ code: 'PROMOTION_REFUSED' })
  await expect(refused).rejects.toThrow(
    /comparison \(job job-next\): no comparison of @1 with @2 by job-next with its present margin and tolerances; .*nightscore model compare next@1 next@2 --job job-next --from/,
  )
  // of the other way round, of another version, of another job
  for (const [job, from, to] of [
    ['job-next', 2, 1],
    ['job-next', 1, 3],
    ['job-other', 1, 2],
  ] as const)
    await compared(job, name, from, to, { numeric: 'ok', nonInferiority: 'ok' })
  await expect(promote(`${name}@2`)).rejects.toMatchObject({ code: 'PROMOTION_REFUSED' })
  expect(await champion(name)).toBe(1)

  await compared('job-next', name, 1, 2, { numeric: 'fail', nonInferiority: 'ok' })
  const moved = await promote(`${name}@2`, { why: 'better' })
  expect(moved).toMatchObject({ version: 2, formerVersion: 1, forced: false })
  const { history } = await showModel(connections.control, name)
  expect(history[0]).toMatchObject({
    action: 'promote',
    version: 2,
    forced: false,
    gates: moved.gates,
    why: 'better',
  })
})

test.each([
  ['numeric', { numeric: 'ok', nonInferiority: 'fail' }, true],
  ['numeric', { numeric: 'fail', nonInferiority: 'ok' }, false],
  ['non-inferiority', { numeric: 'fail', nonInferiority: 'ok' }, true],
  ['non-inferiority', { numeric: 'ok', nonInferiority: 'fail' }, false],
  ['non-inferiority', { numeric: 'ok', nonInferiority: 'skipped' }, false],
])('a job that asks for %s with %j: %s', async (verdict, verdicts, passes) => {
  const name = await model(`asks-${randomUUID().slice(0, 8)}`)
  await apply(`job-${name}`, `${name}@champion`, { requires: ['comparison'], verdict })
  await promote(`${name}@1`)
  await compared(`job-${name}`, name, 1, 2, verdicts)
  const outcome = promote(`${name}@2`)
  if (passes) expect(await outcome).toMatchObject({ version: 2 })
  else await expect(outcome).rejects.toMatchObject({ code: 'PROMOTION_REFUSED' })
})

test('the newest comparison counts', async () => {
  const name = await model('newest')
  await apply('job-newest', 'newest@champion', { requires: ['comparison'] })
  await promote(`${name}@1`)
  await compared('job-newest', name, 1, 2, { numeric: 'ok', nonInferiority: 'ok' })
  await compared('job-newest', name, 1, 2, { numeric: 'ok', nonInferiority: 'fail' })
  await expect(promote(`${name}@2`)).rejects.toMatchObject({ code: 'PROMOTION_REFUSED' })
})

test('a version without golden rows is refused where a job of the alias asks for them, and only there', async () => {
  const name = await model('bare', { golden: [] })
  expect(await promote(`${name}@1`)).toMatchObject({ gates: [{}, { gate: 'golden', verdict: 'skipped' }] })
  await apply('job-bare', 'bare@champion', {})
  await expect(promote(`${name}@2`)).rejects.toThrow(/golden \(job job-bare\): no golden rows/)
  expect(await promote(`${name}@2`, { alias: 'challenger' })).toMatchObject({ version: 2 })
  await expect(promote(`${name}@2`, { alias: 'other', job: 'job-bare' })).rejects.toMatchObject({
    code: 'PROMOTION_REFUSED',
  })
})

test('golden rows that do not agree here refuse it, whether a job asks or not; force overrides, and is told', async () => {
  const name = await model('spoilt')
  await promote(`${name}@1`)
  await queryRows(
    databaseUrl,
    `UPDATE nightscore.model_version SET manifest = jsonb_set(manifest, '{output,positive}', '0') WHERE model = $1 AND version = 2`,
    [name],
  )
  await expect(promote(`${name}@2`)).rejects.toThrow(
    /golden: \d+ of \d+ golden rows agree.*; row \d+ \(from 0\)/,
  )
  for (const why of [null, ' '])
    await expect(promote(`${name}@2`, { force: true, why })).rejects.toMatchObject({ code: 'INPUT_INVALID' })
  expect(await champion(name)).toBe(1)
  expect(await promote(`${name}@2`, { force: true, why: 'a fire' })).toMatchObject({
    version: 2,
    forced: true,
  })
  const { history } = await showModel(connections.control, name)
  expect(history[0]).toMatchObject({
    ...{ version: 2, forced: true, why: 'a fire', changedBy: 'anna' },
    gates: [{ verdict: 'ok' }, { gate: 'golden', verdict: 'fail' }],
  })
  expect(await promote(`${name}@3`, { force: true, why: 'a fire' })).toMatchObject({ forced: false })
})

test('an alias that moved since its gates were asked is not moved by them', async () => {
  const name = await model('raced')
  await promote(`${name}@1`)
  const move = { reference: `${name}@3`, alias: 'champion', by: 'bert', why: null }
  await expect(
    promoteModel(connections.control, { ...move, gated: { gates: [], forced: false, formerVersion: 2 } }),
  ).rejects.toMatchObject({ code: 'PROMOTION_REFUSED' })
  expect(await champion(name)).toBe(1)
})

test('what is not there is told', async () => {
  await expect(promote('nothing@1')).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' })
  await expect(promote('first@9')).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' })
  await expect(promote('first@2', { job: 'no-job' })).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' })
  await expect(promote('first@2', { alias: '7' })).rejects.toMatchObject({ code: 'INPUT_INVALID' })
})
