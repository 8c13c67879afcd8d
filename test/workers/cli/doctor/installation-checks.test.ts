import fs from 'node:fs'
import path from 'node:path'
import { readConfig } from '../../../../workers/config'
import type { Finding } from '../../../../workers/cli/doctor/check'
import { installationChecks, nodeVersion } from '../../../../workers/cli/doctor/installation-checks'
import { temporaryFolder } from '../../../stack'

function check(name: string, environment: NodeJS.ProcessEnv = {}): Finding | Promise<Finding> {
  const checks = installationChecks(readConfig(environment), temporaryFolder())
  return checks.find((one) => one.name === name)!.run()
}

test.each([
  ['20.3.0', 'ok'],
  ['22.0.0', 'ok'],
  ['20.2.9', 'fail'],
  ['18.20.0', 'fail'],
])('Node %s: %s', (version, verdict) => {
  expect(nodeVersion(version).verdict).toBe(verdict)
})

test.each(['ONNX Runtime', 'DuckDB'])('%s loads here', async (name) => {
  expect(await check(name)).toMatchObject({
    verdict: 'ok',
    detail: expect.stringMatching(/\d+\.\d+/) as string,
  })
})

test('the store is made and nothing is left in it', async () => {
  const store = path.join(temporaryFolder(), 'new', 'store')
  expect(await check('store', { NIGHTSCORE_STORE: store })).toEqual({ verdict: 'ok', detail: store })
  expect(fs.readdirSync(store)).toEqual([])
})

test('a store that is a file fails, with what to do', async () => {
  const file = path.join(temporaryFolder(), 'file')
  fs.writeFileSync(file, '')
  expect(await check('store', { NIGHTSCORE_STORE: file })).toMatchObject({
    verdict: 'fail',
    fix: expect.stringContaining('NIGHTSCORE_STORE') as string,
  })
})

test('a model key that is none fails without being shown', () => {
  const key = 'not-a-key-s3cret'
  expect(() => check('model keys', { NIGHTSCORE_MODEL_KEY: key })).toThrow(
    /NIGHTSCORE_MODEL_KEY of 16 characters/,
  )
  expect(() => check('model keys', { NIGHTSCORE_MODEL_KEY: key })).not.toThrow(/s3cret/)
})
