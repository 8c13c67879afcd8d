import fs from 'node:fs'
import path from 'node:path'
import { Connections } from '../../../activities/data/postgres/connections'
import { ensureGolden, recheckGolden } from '../../../activities/scoring/golden'
import { machineName } from '../../../activities/scoring/machine-name'
import { readModelKeys } from '../../../activities/scoring/model-keys'
import { runtimeVersion } from '../../../activities/scoring/open-session'
import { goldenAgreements, registerModel, showModel } from '../../../activities/scoring/registry'
import { modelLines } from '../../../workers/cli/model-lines'
import { freshDatabase, queryRows } from '../../stack/database'
import { temporaryFolder } from '../../stack/fresh'
import { goldenModel } from '../../stack/scenario'

const none = readModelKeys({})
let databaseUrl: string
let connections: Connections
beforeAll(async () => {
  databaseUrl = await freshDatabase()
  connections = new Connections({ controlUrl: databaseUrl, environment: {} })
})
afterAll(() => connections.close())

async function registered(name: string, from = 'binary-packed-floats'): Promise<void> {
  const folder = path.join(temporaryFolder(), name)
  fs.cpSync(goldenModel(from), folder, { recursive: true })
  const file = path.join(folder, 'model.yaml')
  fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace(/^name: .*$/m, `name: ${name}`))
  await registerModel(connections.control, folder, { keys: none, by: 'somebody' })
}
const agreements = (model: string) => goldenAgreements(connections.control, { model, version: 1 })
const ensure = (model: string) => ensureGolden(connections.control, none, model, 1)
const query = (sql: string, values: readonly unknown[] = []) => queryRows(databaseUrl, sql, values)
const here = { runtimeVersion, machine: machineName, verdict: 'ok' }
/** The column of the positive class exchanged: every score is another. */
const spoil = (model: string) =>
  query(
    `UPDATE nightscore.model_version SET manifest = jsonb_set(manifest, '{output,positive}', '0') WHERE model = $1`,
    [model],
  )

test('registration keeps how many golden rows agree, where, and under which ONNX Runtime', async () => {
  await registered('kept')
  const [found, ...others] = await agreements('kept')
  expect(others).toEqual([])
  expect(found).toMatchObject({ ...here, labelFlips: 0 })
  expect(found?.agreeingRows).toBe(found?.rows)
  expect(found?.rows).toBeGreaterThan(10)
  expect(found?.maxAbsDifference).toBeLessThan(1e-4)
})

test.each([
  ['another ONNX Runtime', `runtime_version = '1.0.0'`],
  ['another machine', `machine = 'arm64, another processor, cpu provider'`],
])('a version checked on %s is checked here when it is first loaded, and both are kept', async (_, other) => {
  const name = `moved${other.length}`
  await registered(name)
  await query(`UPDATE nightscore.golden_agreement SET ${other} WHERE model = $1`, [name])
  await ensure(name)
  expect(await agreements(name)).toMatchObject([here, { verdict: 'ok' }])
  const lines = modelLines(await showModel(connections.control, name)).filter((line) =>
    line.includes('golden rows: '),
  )
  expect(lines).toHaveLength(2)
  expect(lines[0]).toMatch(
    /golden rows: (\d+) of \1 agree \(largest difference \S+, 0 label flips\) under ONNX Runtime \S+ on .+, checked on \d{4}-\d\d-\d\d$/,
  )
})

test('a version that was registered before agreements were kept is checked when it is first loaded', async () => {
  await registered('older')
  await query(`DELETE FROM nightscore.golden_agreement WHERE model = 'older'`)
  await ensure('older')
  expect(await agreements('older')).toMatchObject([here])
})

test('one that agrees here is not scored again', async () => {
  await registered('same')
  await spoil('same') // had it been scored, it would disagree
  await ensure('same')
  expect(await agreements('same')).toMatchObject([here])
})

test('one that disagrees here is refused, each time, and that is kept with how far it is off', async () => {
  await registered('aged')
  await spoil('aged')
  await query(`UPDATE nightscore.golden_agreement SET machine = 'another' WHERE model = 'aged'`)
  for (let time = 0; time < 2; time += 1)
    await expect(ensure('aged')).rejects.toMatchObject({
      code: 'MODEL_GOLDEN_MISMATCH',
      message: expect.stringMatching(/\d+ of \d+ rows that disagree; the worst is row \d+/) as string,
    })
  const [found] = await agreements('aged')
  expect(found).toMatchObject({ ...here, verdict: 'fail' })
  expect(found?.agreeingRows).toBeLessThan(found?.rows ?? 0)
  expect(found?.labelFlips).toBeGreaterThan(0)
  expect(found?.maxAbsDifference).toBeGreaterThan(0.1)
})

test('where there are no labels none can flip', async () => {
  await registered('numbers', 'regression-double')
  expect(await agreements('numbers')).toMatchObject([{ ...here, labelFlips: null }])
})

test('a version without golden rows has nothing to agree with', async () => {
  const folder = path.join(temporaryFolder(), 'bare')
  fs.cpSync(goldenModel('regression-double'), folder, { recursive: true })
  fs.rmSync(path.join(folder, 'golden.parquet'))
  const file = path.join(folder, 'model.yaml')
  fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace(/^name: .*$/m, 'name: bare'))
  await registerModel(connections.control, folder, { keys: none, by: 'somebody' })
  await ensure('bare')
  expect(await recheckGolden(connections.control, none, { model: 'bare', version: 1 })).toBeNull()
  expect(await agreements('bare')).toEqual([])
})
