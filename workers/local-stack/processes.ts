import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** A process, told apart from a later one that got the same pid. */
export interface ProcessIdentity {
  readonly pid: number
  /** When it started, in the system's own words: ticks since boot on Linux, a date elsewhere. */
  readonly started: string
}

/** The user whom a server runs as; undefined: the present one. */
export interface Account {
  readonly uid: number
  readonly gid: number
}

export interface ServerProgram {
  readonly command: string
  readonly words: readonly string[]
  readonly env: NodeJS.ProcessEnv
  readonly logFile: string
  readonly account: Account | undefined
}

const logFileLimitBytes = 10 * 2 ** 20

/** @returns the identity of a running process; undefined when none has this pid, or only a zombie. */
export function identify(pid: number): ProcessIdentity | undefined {
  if (process.platform === 'linux') {
    const stat = readText(`/proc/${pid}/stat`)
    if (stat === undefined) return undefined
    // "pid (name) state ppid …": the name may hold blanks and parentheses, so count from its end
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const [state, started] = [fields[0], fields[19]] // proc(5): fields 3 and 22
    // an orphan that nobody reaps stays a zombie in a container without init: dead for us, though kill(pid, 0) finds it
    return state === 'Z' || state === 'X' || started === undefined ? undefined : { pid, started }
  }
  try {
    const started = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim()
    return started === '' ? undefined : { pid, started }
  } catch {
    return undefined
  }
}

/** @returns the command line of a process as far as this system shows it. */
export function commandLine(pid: number): string {
  if (process.platform === 'linux') return (readText(`/proc/${pid}/cmdline`) ?? '').replaceAll('\0', ' ')
  try {
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' })
  } catch {
    return ''
  }
}

export function isAlive(one: ProcessIdentity): boolean {
  return identify(one.pid)?.started === one.started
}

export function self(): ProcessIdentity {
  return identify(process.pid) ?? { pid: process.pid, started: '' }
}

/**
 * Starts a server in a process group of its own, so that the terminal's Ctrl-C does not reach it: it is stopped in order,
 * after those who use it. Its output goes to the log file itself, not through a pipe that would break if we are killed.
 */
export function startServer(program: ServerProgram): ChildProcess {
  fs.mkdirSync(path.dirname(program.logFile), { recursive: true })
  const size = fs.statSync(program.logFile, { throwIfNoEntry: false })?.size ?? 0
  if (size > logFileLimitBytes) fs.renameSync(program.logFile, `${program.logFile}.1`)
  const log = fs.openSync(program.logFile, 'a', 0o600)
  try {
    const child = spawn(program.command, program.words, {
      detached: true,
      stdio: ['ignore', log, log],
      cwd: '/',
      env: program.env,
      ...program.account,
    })
    child.on('error', () => undefined) // told by the missing pid
    child.unref()
    return child
  } finally {
    fs.closeSync(log)
  }
}

/** Sends one signal after the other until the process is gone. @returns false when it outlived all of them. */
export async function stopProcess(
  one: ProcessIdentity,
  steps: readonly { readonly signal: NodeJS.Signals; readonly waitMs: number }[],
): Promise<boolean> {
  for (const { signal, waitMs } of steps) {
    if (!sendSignal(one, signal)) return true
    const deadline = Date.now() + waitMs
    while (Date.now() < deadline) {
      await sleep(20)
      if (!isAlive(one)) return true
    }
  }
  return !isAlive(one)
}

/** @returns false when the process is no more. */
export function sendSignal(one: ProcessIdentity, signal: NodeJS.Signals): boolean {
  if (!isAlive(one)) return false
  try {
    process.kill(one.pid, signal)
    return true
  } catch {
    return false
  }
}

/** @returns the last lines of a log file, for an error message. */
export function lastLines(file: string, count = 5): string {
  const lines = (readText(file) ?? '').trimEnd().split('\n')
  return lines.slice(-count).join(' | ')
}

function readText(file: string): string | undefined {
  try {
    return fs.readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
