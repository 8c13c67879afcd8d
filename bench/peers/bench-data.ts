import { execFile } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { projectFolder } from '../bench-stack'
import { pythonEnvironment } from '../python-environment'
import type { Expected } from './check-output'
import type { ModelName } from './works'

const run = promisify(execFile)

/** Where the benchmark keeps what it makes once. */
export const benchFolder = path.join(projectFolder, '.nightscore', 'bench')
const pythonFolder = path.join(projectFolder, 'bench', 'python')

/** A program of bench/python with its words, as Python is started with. */
export function pythonProgram([file = '', ...words]: readonly string[]): string[] {
  return [path.join(pythonFolder, file), ...words]
}

/** What the measurements rest on; made on first use, then kept. */
export interface BenchData {
  /** The Python of all peers but Ray. */
  readonly python: string
  /** Ray's own; null with the reason where it cannot be installed. */
  readonly ray: { readonly python: string } | { readonly python: null; readonly why: string }
  packageFolder(model: ModelName): string
  /** A Parquet file of so many rows. */
  rows(count: number): Promise<string>
  /** What raw ONNX Runtime makes of them. */
  expected(model: ModelName, count: number): Promise<Expected>
  /** Runs one of bench/python's programs. @returns what it printed last, parsed */
  call<T>(program: string, ...words: string[]): Promise<T>
}

export async function benchData(withRay: boolean, say: (line: string) => void): Promise<BenchData> {
  fs.mkdirSync(benchFolder, { recursive: true })
  const python = await environment('python', 'peers')
  const call = async <T>(program: string, ...words: string[]): Promise<T> => {
    const { stdout } = await run(python, pythonProgram([program, ...words]), { maxBuffer: 2 ** 26 })
    return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as T
  }
  const make = async (what: string, target: string): Promise<void> => {
    say(`making ${target}`)
    await run(python, pythonProgram(['make_data.py', ...what.split(' '), target]))
  }
  const models = path.join(benchFolder, 'models')
  if (!fs.existsSync(path.join(models, 'mlp', 'golden.parquet'))) await make('models', models)
  const packageFolder = (model: ModelName) => path.join(models, model)
  const rows = async (count: number): Promise<string> => {
    const file = path.join(benchFolder, `rows-${count}.parquet`)
    if (!fs.existsSync(file)) await make(`rows ${count}`, file)
    return file
  }
  return {
    python,
    ray: withRay ? await rayPython(say) : { python: null, why: 'not asked for' },
    packageFolder,
    rows,
    call,
    expected: async (model, count) => {
      const file = path.join(benchFolder, `expected-${model}-${count}.json`)
      const options = JSON.stringify({ model: packageFolder(model), rows: await rows(count) })
      const changed = Math.max(
        ...[path.join(packageFolder(model), 'model.onnx'), await rows(count)].map(modified),
      )
      if (!fs.existsSync(file) || modified(file) < changed)
        fs.writeFileSync(file, JSON.stringify(await call('peers.py', 'expected', options)))
      return JSON.parse(fs.readFileSync(file, 'utf8')) as Expected
    },
  }
}

const modified = (file: string): number => fs.statSync(file).mtimeMs

const environment = (folder: string, name: string): Promise<string> =>
  pythonEnvironment(path.join(benchFolder, folder), path.join(pythonFolder, `${name}-requirements.txt`))

async function rayPython(say: (line: string) => void): Promise<BenchData['ray']> {
  try {
    return { python: await environment('ray-python', 'ray') }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    say(`Ray Data is left out: ${why}`)
    return { python: null, why }
  }
}
