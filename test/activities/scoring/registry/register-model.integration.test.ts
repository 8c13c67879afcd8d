import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { Connections } from '../../../../activities/data/postgres/connections'
import { readModelKeys, type ModelKeys } from '../../../../activities/scoring/model-keys'
import {
  listModels,
  loadModelVersion,
  promoteModel,
  registerModel,
  resolveModel,
  rotateModelKeys,
  showModel,
} from '../../../../activities/scoring/registry'
import { freshDatabase, queryRows } from '../../../stack/database'
import { temporaryFolder } from '../../../stack/fresh'

const golden = path.resolve(__dirname, '../../../golden')
const packed = path.join(golden, 'models', 'binary-packed-floats')
const none = readModelKeys({})
const randomKey = (): string => randomBytes(32).toString('base64')

let databaseUrl: string
let connections: Connections
beforeAll(async () => {
  databaseUrl = await freshDatabase()
  connections = new Connections({ controlUrl: databaseUrl, environment: {} })
})
afterAll(() => connections.close())
const rows = (sql: string) => queryRows(databaseUrl, sql)

/** A package under another name, with other content where `edit` says so. */
function packageNamed(name: string, edit: (yaml: string) => string = (yaml) => yaml, from = packed): string {
  const folder = path.join(temporaryFolder(), name)
  fs.cpSync(from, folder, { recursive: true })
  const file = path.join(folder, 'model.yaml')
  fs.writeFileSync(file, edit(fs.readFileSync(file, 'utf8').replace(/^name: .*$/m, `name: ${name}`)))
  return folder
}

const register = (folder: string, keys: ModelKeys = none) =>
  registerModel(connections.control, folder, { keys, by: 'somebody' })

const withThreshold = (threshold: number) => (yaml: string) =>
  yaml.replace(/threshold: [\d.]+/, `threshold: ${threshold}`)

test('a package becomes version 1, the same again is that version, a changed one the next', async () => {
  const first = await register(packageNamed('steps'))
  expect(first).toMatchObject({
    model: 'steps',
    version: 1,
    created: true,
    golden: { rows: expect.any(Number) },
  })
  expect(await register(packageNamed('steps'))).toEqual({ ...first, created: false })
  expect(await register(packageNamed('steps', withThreshold(0.7)))).toMatchObject({
    version: 2,
    created: true,
  })
})

test('registered side by side, versions are numbered without a gap, and each package is there once', async () => {
  const folders = [1, 2, 3, 4, 5, 6].map((i) =>
    packageNamed('racing', withThreshold(i % 3 === 0 ? 0.3 : i / 10)),
  )
  const registered = await Promise.all(folders.map((folder) => register(folder)))
  expect(new Set(registered.map((one) => one.version))).toEqual(new Set([1, 2, 3, 4, 5]))
  expect(registered.filter((one) => one.created)).toHaveLength(5)
})

test('what is refused leaves nothing behind', async () => {
  const before = await rows(
    'SELECT (SELECT count(*) FROM nightscore.model) m, (SELECT count(*) FROM nightscore.model_artifact) a',
  )
  const folder = packageNamed('refused', undefined, path.join(golden, 'models-refused', 'golden-disagrees'))
  await expect(register(folder)).rejects.toMatchObject({ code: 'MODEL_GOLDEN_MISMATCH' })
  expect(
    await rows(
      'SELECT (SELECT count(*) FROM nightscore.model) m, (SELECT count(*) FROM nightscore.model_artifact) a',
    ),
  ).toEqual(before)
})

test('versions of a model have one task', async () => {
  await register(packageNamed('tasks'))
  const folder = packageNamed('tasks', undefined, path.join(golden, 'models', 'regression-double'))
  await expect(register(folder)).rejects.toMatchObject({
    code: 'MODEL_MANIFEST_INVALID',
    message: expect.stringMatching(
      /task regression; expected binary, the task of the versions of tasks so far/,
    ),
  })
})

test('a missing file, YAML that is none and an unknown key are named', async () => {
  await expect(register(temporaryFolder())).rejects.toMatchObject({ code: 'MODEL_FILE_MISSING' })
  const noModel = packageNamed('nothing')
  fs.rmSync(path.join(noModel, 'model.onnx'))
  await expect(register(noModel)).rejects.toThrow(/no model.onnx in/)
  await expect(register(packageNamed('colon', () => 'a: b: c'))).rejects.toMatchObject({
    code: 'MODEL_MANIFEST_INVALID',
  })
  const typo = packageNamed('typo', (yaml) => yaml.replace('features:', 'featurs:'))
  await expect(register(typo)).rejects.toThrow(/unknown key "featurs" \(nearest: "features"\)/)
})

test('golden rows need the features and a forecast, a reference the features', async () => {
  const noForecast = packageNamed('silent')
  fs.copyFileSync(path.join(packed, 'rows.parquet'), path.join(noForecast, 'golden.parquet'))
  await expect(register(noForecast)).rejects.toMatchObject({
    code: 'MODEL_GOLDEN_INVALID',
    message: expect.stringMatching(/at least one forecast: score, label/),
  })
  const noFeatures = packageNamed('strange')
  fs.copyFileSync(path.join(packed, 'expected.parquet'), path.join(noFeatures, 'reference.parquet'))
  await expect(register(noFeatures)).rejects.toMatchObject({
    code: 'MODEL_GOLDEN_INVALID',
    message: expect.stringMatching(/reference.parquet: no column/),
  })
  const damaged = packageNamed('damaged')
  fs.truncateSync(path.join(damaged, 'golden.parquet'), 1_000)
  await expect(register(damaged)).rejects.toMatchObject({ code: 'MODEL_GOLDEN_INVALID' })
})

test('bytes are stored once, however many versions have them', async () => {
  await register(packageNamed('shared'))
  await register(packageNamed('shared', withThreshold(0.9)))
  const [stored] = await rows(
    `SELECT count(DISTINCT files ->> 'model.onnx')::int AS models, count(*)::int AS versions FROM nightscore.model_version WHERE model = 'shared'`,
  )
  expect(stored).toEqual({ models: 1, versions: 2 })
})

test('a version is loaded into shared memory as it was registered', async () => {
  await register(packageNamed('loaded'))
  const { manifest, signature, bytes, sha256 } = await loadModelVersion(
    connections.control,
    none,
    'loaded',
    1,
  )
  expect(bytes).toBeInstanceOf(SharedArrayBuffer)
  expect(Buffer.from(bytes).equals(fs.readFileSync(path.join(packed, 'model.onnx')))).toBe(true)
  expect(sha256).toMatch(/^[0-9a-f]{64}$/)
  expect(manifest).toMatchObject({ name: 'loaded', output: { threshold: 0.4 } })
  expect(signature.inputs).toEqual([{ name: 'cells', type: 'float32', shape: [null, 30] }])
  expect(Math.log2(signature.rowsPerRun!) % 1).toBe(0)
})

test('changed bytes are found when the version is loaded', async () => {
  await register(packageNamed('changed', undefined, path.join(golden, 'models', 'regression-float32')))
  await rows(
    `UPDATE nightscore.model_artifact SET bytes = set_byte(bytes, 100, get_byte(bytes, 100) # 1)
     WHERE sha256 = (SELECT files ->> 'model.onnx' FROM nightscore.model_version WHERE model = 'changed')`,
  )
  const attempt = loadModelVersion(connections.control, none, 'changed', 1)
  await expect(attempt).rejects.toMatchObject({ code: 'MODEL_BYTES_CORRUPT' })
})

describe('aliases', () => {
  const promote = (reference: string, alias = 'champion', why: string | null = null) =>
    promoteModel(connections.control, { reference, alias, by: 'somebody', why })

  test('point at a version, move, and keep their history', async () => {
    await register(packageNamed('alias'))
    await register(packageNamed('alias', withThreshold(0.6)))
    expect(await promote('alias@1')).toEqual({
      model: 'alias',
      alias: 'champion',
      version: 1,
      formerVersion: null,
    })
    expect(await promote('alias@2', 'champion', 'better')).toMatchObject({ version: 2, formerVersion: 1 })
    expect(await promote('alias@champion', 'fallback')).toMatchObject({ version: 2 })
    expect(await promote('alias@2')).toMatchObject({ version: 2, formerVersion: 2 })
    expect(await resolveModel(connections.control, 'alias@champion')).toEqual({ model: 'alias', version: 2 })
    const { aliases, history, versions } = await showModel(connections.control, 'alias')
    expect(aliases).toEqual({ champion: 2, fallback: 2 })
    expect(versions.map((one) => one.version)).toEqual([2, 1])
    expect(
      history.map(({ alias, version, formerVersion, why }) => [alias, version, formerVersion, why]),
    ).toEqual([
      ['fallback', 2, null, null],
      ['champion', 2, 1, 'better'],
      ['champion', 1, null, null],
    ])
    const listed = await listModels(connections.control)
    expect(listed.find(({ name }) => name === 'alias')).toMatchObject({
      task: 'binary',
      versions: 2,
      latestVersion: 2,
      aliases,
    })
  })

  test('what is not there is named, with the nearest', async () => {
    await expect(resolveModel(connections.control, 'alais@1')).rejects.toMatchObject({
      code: 'MODEL_NOT_FOUND',
      message: expect.stringMatching(/"alais@1" \(nearest model: "alias"\)/),
    })
    await expect(resolveModel(connections.control, 'alias@challenger')).rejects.toThrow(
      /expected one of alias@champion, alias@fallback, alias@2, alias@1/,
    )
    await expect(resolveModel(connections.control, 'alias')).rejects.toMatchObject({ code: 'INPUT_INVALID' })
    await expect(promote('alias@9')).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' })
    await expect(promote('alias@1', '7')).rejects.toMatchObject({ code: 'INPUT_INVALID' })
    await expect(showModel(connections.control, 'aliaz')).rejects.toThrow(/nearest model: "alias"/)
  })
})

test('models are encrypted where a key is set, rotated to the next, and unreadable without', async () => {
  const [old, next] = [randomKey(), randomKey()]
  const keys = readModelKeys({ NIGHTSCORE_MODEL_KEY: old })
  const rotated = readModelKeys({ NIGHTSCORE_MODEL_KEY: next, NIGHTSCORE_MODEL_KEYS_OLD: old })
  const database = await freshDatabase()
  const own = new Connections({ controlUrl: database, environment: {} })
  const load = (with_: ModelKeys) => loadModelVersion(own.control, with_, 'secret', 1)
  await registerModel(own.control, packageNamed('secret'), { keys, by: 'somebody' })
  const plain = await load(keys)

  const readable = await queryRows(
    database,
    `SELECT FROM nightscore.model_artifact WHERE key_id IS NULL OR position('onnx'::bytea IN bytes) > 0`,
  )
  expect(readable).toEqual([])
  await expect(load(none)).rejects.toMatchObject({
    code: 'MODEL_KEY_MISSING',
    message: expect.stringContaining(keys.current!.id),
  })

  await expect(rotateModelKeys(own.control, none)).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  expect(await rotateModelKeys(own.control, rotated)).toEqual({ rotated: 4, current: 0 })
  expect(await rotateModelKeys(own.control, rotated)).toEqual({ rotated: 0, current: 4 })
  expect(Buffer.from((await load(readModelKeys({ NIGHTSCORE_MODEL_KEY: next }))).bytes)).toEqual(
    Buffer.from(plain.bytes),
  )
  await expect(load(keys)).rejects.toMatchObject({ code: 'MODEL_KEY_MISSING' })
  await own.close()
})
