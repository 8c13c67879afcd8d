import { spawn } from 'node:child_process'
import path from 'node:path'
import { whenFileEnds } from './clean-up'
import { temporaryFolder } from './fresh'
import { cliFile } from './run-cli'

export interface WorkerOptions {
  readonly databaseUrl: string
  readonly taskQueue: string
  readonly env?: NodeJS.ProcessEnv
  /** The folder of another build than this checkout's. */
  readonly build?: string
  /** Where staged files go; default: a temporary folder of this worker's own. Workers side by side must share one. */
  readonly store?: string
}

export interface WorkerProcess {
  readonly pid: number
  /** What it has printed up to now, both streams. */
  output(): string
  /** Sends the signal and waits for the end. @returns the exit code, null after a deadly signal. */
  kill(signal: NodeJS.Signals): Promise<number | null>
  /** Resolves at its end, however it came. */
  readonly ended: Promise<number | null>
}

const readyWithinMs = 60_000

/** Starts `nightscore worker` in a process of its own and waits until it says that it is ready. Killed when the file ends. */
export async function startWorker(options: WorkerOptions): Promise<WorkerProcess> {
  const program = options.build === undefined ? cliFile : path.join(options.build, 'dist/workers/cli/main.js')
  const child = spawn(process.execPath, [program, 'worker'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      DATABASE_URL: options.databaseUrl,
      NIGHTSCORE_TASK_QUEUE: options.taskQueue,
      NIGHTSCORE_STORE: options.store ?? temporaryFolder(),
      ...options.env,
    },
  })
  let text = ''
  let look = (): void => undefined
  const hear = (chunk: string): void => {
    text += chunk
    look()
  }
  child.stdout.setEncoding('utf8').on('data', hear)
  child.stderr.setEncoding('utf8').on('data', hear)
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  const kill = (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal)
    return ended
  }
  whenFileEnds(async () => {
    await kill('SIGKILL')
  })

  await new Promise<void>((resolve, reject) => {
    const fail = (what: string): void => reject(new Error(`the worker ${what}; it printed:\n${text}`))
    const timer = setTimeout(() => fail(`was not ready in ${readyWithinMs / 1000} s`), readyWithinMs)
    look = () => {
      if (!/\bready\b/i.test(text)) return
      clearTimeout(timer)
      resolve()
    }
    child.once('error', (error) => fail(`did not start: ${error.message}`))
    void ended.then((code) => {
      clearTimeout(timer)
      fail(`ended with code ${code}`)
    })
  })
  return { pid: child.pid ?? 0, output: () => text, kill, ended }
}
