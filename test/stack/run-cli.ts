import { spawn } from 'node:child_process'
import path from 'node:path'

export const cliFile = path.resolve(__dirname, '..', '..', 'dist', 'workers', 'cli', 'main.js')

export interface CliOptions {
  /** Added to the environment of the test; undefined takes a variable away. */
  readonly env?: NodeJS.ProcessEnv
  readonly cwd?: string
  /** For its standard input; without it, it gets none. */
  readonly input?: string
  readonly timeoutMs?: number
}

export interface CliResult {
  /** -1 when it was killed, by the timeout for example. */
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs `nightscore ...args` as a person would, compiled, in a process of its own. */
export function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [cliFile, ...args], {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: 'pipe',
      timeout: options.timeoutMs ?? 110_000, // before the test's own limit: then there is output to look at
      killSignal: 'SIGKILL',
    })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    child.stdin.on('error', () => undefined) // it may end without reading
    child.stdin.end(options.input ?? '')
    child.once('error', reject)
    child.once('close', (code) => resolve({ code: code ?? -1, stdout, stderr }))
  })
}
