import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/**
 * A Python environment with the packages of a requirements file, made once in `folder` and again when the file changes.
 * @returns the path of its python
 * @throws Error that says what is missing: python3, its venv module, or a package index
 */
export async function pythonEnvironment(folder: string, requirements: string): Promise<string> {
  const python = path.join(folder, 'bin', 'python')
  const stamp = path.join(folder, 'made-from')
  const wanted = createHash('sha256').update(fs.readFileSync(requirements)).digest('hex')
  if (fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === wanted) return python
  fs.rmSync(folder, { recursive: true, force: true })
  console.error(`making a Python environment in ${folder}`)
  await step(
    'python3',
    ['-m', 'venv', folder],
    'install Python 3.11 or newer with its venv module (on Debian: python3-venv)',
  )
  await step(
    python,
    ['-m', 'pip', 'install', '--quiet', '-r', requirements],
    'pip must reach a package index',
  )
  fs.writeFileSync(stamp, wanted)
  return python
}

async function step(command: string, args: readonly string[], advice: string): Promise<void> {
  try {
    await run(command, args)
  } catch (error) {
    const { stderr, message } = error as Error & { readonly stderr?: string }
    throw new Error(`${command} ${args.join(' ')}: ${(stderr || message).trim()}\n${advice}`, {
      cause: error,
    })
  }
}
