import fs from 'node:fs'
import path from 'node:path'
import { Connections } from '../../../../activities/data/postgres/connections'
import { readModelKeys } from '../../../../activities/scoring/model-keys'
import {
  promoteModel,
  registerModel,
  resolveModel,
  rollbackModel,
  showModel,
} from '../../../../activities/scoring/registry'
import { freshDatabase } from '../../../stack/database'
import { temporaryFolder } from '../../../stack/fresh'
import { goldenModel } from '../../../stack/scenario'

let connections: Connections
beforeAll(async () => {
  connections = new Connections({ controlUrl: await freshDatabase(), environment: {} })
  for (const threshold of [0.5, 0.6, 0.7]) {
    const folder = path.join(temporaryFolder(), 'model')
    fs.cpSync(goldenModel('binary-packed-floats'), folder, { recursive: true })
    const file = path.join(folder, 'model.yaml')
    const yaml = fs.readFileSync(file, 'utf8').replace(/^name: .*$/m, 'name: m')
    fs.writeFileSync(file, yaml.replace(/threshold: [\d.]+/, `threshold: ${threshold}`))
    await registerModel(connections.control, folder, { keys: readModelKeys({}), by: 'test' })
  }
})
afterAll(() => connections.close())

const promote = (version: number, alias: string) =>
  promoteModel(connections.control, { reference: `m@${version}`, alias, by: 'anna', why: null })
const rollback = (alias: string, why = 'worse') =>
  rollbackModel(connections.control, { model: 'm', alias, by: 'bert', why })

test('an alias goes back to what it named before, again and again, until there is nothing left', async () => {
  for (const version of [1, 2, 3]) await promote(version, 'champion')
  expect(await rollback('champion')).toEqual({ model: 'm', alias: 'champion', version: 2, formerVersion: 3 })
  expect(await rollback('champion', 'worse still')).toMatchObject({ version: 1, formerVersion: 2 })
  await expect(rollback('champion')).rejects.toMatchObject({ code: 'NOTHING_TO_ROLL_BACK' })
  expect(await resolveModel(connections.control, 'm@champion')).toEqual({ model: 'm', version: 1 })

  const { history } = await showModel(connections.control, 'm')
  expect(
    history.slice(0, 3).map(({ action, version, formerVersion, changedBy, why, forced, gates }) => ({
      ...{ action, version, formerVersion, changedBy, why, forced, gates },
    })),
  ).toEqual([
    {
      ...{ action: 'rollback', version: 1, formerVersion: 2, changedBy: 'bert' },
      ...{ why: 'worse still', forced: false, gates: null },
    },
    {
      ...{ action: 'rollback', version: 2, formerVersion: 3, changedBy: 'bert' },
      ...{ why: 'worse', forced: false, gates: null },
    },
    {
      ...{ action: 'promote', version: 3, formerVersion: 2, changedBy: 'anna' },
      ...{ why: null, forced: false, gates: null },
    },
  ])
})

test('a version that was gone back from is passed over after the next promotion', async () => {
  await promote(1, 'challenger')
  await promote(2, 'challenger')
  await rollback('challenger')
  await promote(3, 'challenger')
  expect(await rollback('challenger')).toMatchObject({ version: 1, formerVersion: 3 })
})

test('of two rollbacks at once one comes after the other', async () => {
  for (const version of [1, 2, 3]) await promote(version, 'both')
  const both = await Promise.all([rollback('both'), rollback('both')])
  expect(both.map(({ version }) => version).sort()).toEqual([1, 2])
})

test('an alias or model that there is not is named', async () => {
  await expect(rollback('nobody')).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' })
})
