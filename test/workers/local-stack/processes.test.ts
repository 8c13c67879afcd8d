import { spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import {
  commandLine,
  identify,
  isAlive,
  lastLines,
  startServer,
  stopProcess,
} from '../../../workers/local-stack/processes'
import { temporaryFolder } from '../../stack'

describe('a process’s identity', () => {
  test('tells a process from a later one with the same pid', () => {
    const me = identify(process.pid)
    expect(me).toBeDefined()
    expect(me && isAlive(me)).toBe(true)
    expect(isAlive({ pid: process.pid, started: 'another time' })).toBe(false)
  })

  test('is undefined for a pid that nobody has', () => {
    expect(identify(2 ** 22 + 1)).toBeUndefined()
  })

  test('is undefined for a zombie, which answers kill(pid, 0) still', async () => {
    if (process.platform !== 'linux') return
    // the shell replaces itself by a sleep that never reaps its child
    const parent = spawn('sh', ['-c', 'sleep 0.2 & echo $!; exec sleep 30'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const pid = await new Promise<number>((resolve) =>
      parent.stdout.once('data', (text) => resolve(Number(text))),
    )
    while (!fs.readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z '))
      await new Promise((r) => setTimeout(r, 10))
    expect(() => process.kill(pid, 0)).not.toThrow()
    expect(identify(pid)).toBeUndefined()
    parent.kill()
  })

  test('comes with the command line', () => {
    expect(commandLine(process.pid)).toContain('node')
  })
})

describe('a started server', () => {
  const logFile = (): string => path.join(temporaryFolder(), 'logs', 'server.log')
  const node = (script: string, log: string) =>
    startServer({
      command: process.execPath,
      words: ['-e', script],
      env: process.env,
      logFile: log,
      account: undefined,
    })

  test('has a process group of its own, so that Ctrl-C does not reach it', () => {
    const child = node('setInterval(() => {}, 1000)', logFile())
    try {
      // kill(-pid) finds a group only when the process leads one
      expect(() => process.kill(-(child.pid ?? 0), 0)).not.toThrow()
    } finally {
      child.kill('SIGKILL')
    }
  })

  test('writes to its log file, whose end can be shown', async () => {
    const log = logFile()
    const child = node('console.log("one"); console.error("two"); console.log("three")', log)
    await new Promise((resolve) => child.once('exit', resolve))
    expect(lastLines(log, 2)).toBe('two | three')
  })

  test('is stopped with the next signal when it ignores the first', async () => {
    const log = logFile()
    const child = node('process.on("SIGTERM", () => {}); console.log("up"); setInterval(() => {}, 1000)', log)
    const identity = identify(child.pid ?? 0)
    if (identity === undefined) throw new Error('it did not start')
    while (lastLines(log) !== 'up') await new Promise((resolve) => setTimeout(resolve, 10))
    expect(await stopProcess(identity, [{ signal: 'SIGTERM', waitMs: 200 }])).toBe(false)
    expect(await stopProcess(identity, [{ signal: 'SIGKILL', waitMs: 2000 }])).toBe(true)
  })
})
