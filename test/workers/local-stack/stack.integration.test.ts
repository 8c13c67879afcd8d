import { type ChildProcess, spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { Connection } from '@temporalio/client'
import {
  type LocalStack,
  StartInterrupted,
  searchAttributes,
  startLocalStack,
} from '../../../workers/local-stack'
import { stackFolders } from '../../../workers/local-stack/folders'
import { isAlive, sendSignal } from '../../../workers/local-stack/processes'
import { readRecord } from '../../../workers/local-stack/state'
import { queryRows, temporaryFolder } from '../../stack'
import { whenFileEnds } from '../../stack/clean-up'
import { removeStack } from '../../stack/remove-stack'

const project = path.resolve(__dirname, '..', '..', '..')
const binFolder = path.join(project, '.nightscore', 'bin')
const env = { PATH: process.env['PATH'], HOME: process.env['HOME'] }

/** A folder that Postgres's user can reach when the tests run as root: mkdtemp makes closed ones. */
function openFolder(): string {
  const root = temporaryFolder()
  fs.chmodSync(root, 0o755)
  whenFileEnds(() => removeStack(root))
  return root
}

/** Starts a stack in this process. */
async function start(root: string): Promise<{ stack: LocalStack; lines: string[] }> {
  const lines: string[] = []
  const stack = await startLocalStack({
    root,
    binFolder,
    env,
    ports: 'any',
    report: (line) => lines.push(line),
  })
  whenFileEnds(() => stack.stop())
  return { stack, lines }
}

interface Starter {
  readonly child: ChildProcess
  readonly databaseUrl: string
  readonly temporalAddress: string
  output(): string
}

/** Starts a stack in a process of its own, which keeps it until a signal comes. */
async function startElsewhere(root: string, then = ''): Promise<Starter> {
  const script = `
    const { startLocalStack } = require(${JSON.stringify(path.join(project, 'dist', 'workers', 'local-stack'))})
    startLocalStack({ root: ${JSON.stringify(root)}, binFolder: ${JSON.stringify(binFolder)}, ports: 'any', stopOnSignal: true, report: console.log })
      .then(stack => { console.log('UP ' + JSON.stringify(stack)); setInterval(() => {}, 1000); ${then} })`
  const child = spawn(process.execPath, ['-e', script], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  whenFileEnds(() => void child.kill('SIGKILL'))
  let text = ''
  const up = await new Promise<{ databaseUrl: string; temporalAddress: string }>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
      const match = /^UP (.*)$/m.exec(text)
      if (match?.[1] !== undefined) resolve(JSON.parse(match[1]) as typeof up)
    })
    child.once('exit', () => reject(new Error(`the starter ended: ${text}`)))
  })
  return { child, ...up, output: () => text }
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<NodeJS.Signals | null> {
  const ended = new Promise<NodeJS.Signals | null>((resolve) => child.once('exit', (_, by) => resolve(by)))
  child.kill(signal)
  return ended
}

function servers(root: string) {
  const folders = stackFolders(root)
  return { postgres: readRecord(folders, 'postgres'), temporal: readRecord(folders, 'temporal') }
}

async function namespaces(address: string): Promise<(string | null | undefined)[]> {
  const connection = await Connection.connect({ address })
  try {
    const { namespaces: found } = await connection.workflowService.listNamespaces({})
    return found.map((one) => one.namespaceInfo?.name)
  } finally {
    await connection.close()
  }
}

describe('a local stack', () => {
  test('starts both servers, says where, and finds its data again', async () => {
    const root = openFolder()
    const first = await start(root)
    expect(first.lines.join('\n')).toMatch(/Postgres: started on 127\.0\.0\.1:\d+ in .* s, data in /)
    expect(first.lines.join('\n')).toMatch(/Temporal: started on 127\.0\.0\.1:\d+ in .* s, UI at http:/)
    expect((await fetch(first.stack.temporalUiUrl ?? '')).ok).toBe(true)
    await queryRows(first.stack.databaseUrl, 'CREATE TABLE kept AS SELECT 42 AS answer')
    const connection = await Connection.connect({ address: first.stack.temporalAddress })
    await connection.workflowService.registerNamespace({
      namespace: 'kept',
      workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
    })
    await connection.close()
    await first.stack.stop()
    await expect(queryRows(first.stack.databaseUrl, 'SELECT')).rejects.toThrow('ECONNREFUSED')

    const second = await start(root)
    expect(await queryRows(second.stack.databaseUrl, 'TABLE kept')).toEqual([{ answer: 42 }])
    expect(await namespaces(second.stack.temporalAddress)).toContain('kept')
    await second.stack.stop()
  })

  test('keeps what was committed: fsync and checksums are on, the password is nobody else’s to read', async () => {
    const root = openFolder()
    const { stack } = await start(root)
    const settings = await queryRows(
      stack.databaseUrl,
      `SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commits,
              current_setting('data_checksums') AS checksums, current_setting('server_encoding') AS encoding`,
    )
    expect(settings).toEqual([{ fsync: 'on', commits: 'on', checksums: 'on', encoding: 'UTF8' }])
    const { passwordFile, postgresData } = stackFolders(root)
    expect(fs.statSync(passwordFile).mode & 0o777).toBe(0o600)
    expect(fs.statSync(postgresData).mode & 0o077).toBe(0)
    const wrong = new URL(stack.databaseUrl)
    wrong.password = 'guessed'
    await expect(queryRows(wrong.href, 'SELECT')).rejects.toThrow('password authentication failed')
    await stack.stop()
  })

  test('registers the search attributes that runs carry', async () => {
    const { stack } = await start(openFolder())
    const connection = await Connection.connect({ address: stack.temporalAddress })
    const { customAttributes } = await connection.operatorService.listSearchAttributes({
      namespace: 'default',
    })
    await connection.close()
    expect(Object.keys(customAttributes)).toEqual(expect.arrayContaining([...searchAttributes]))
    await stack.stop()
  })

  test('uses the servers that the environment names and starts none', async () => {
    const root = openFolder()
    const lines: string[] = []
    const stack = await startLocalStack({
      root,
      env: { ...env, DATABASE_URL: 'postgresql://elsewhere/db', TEMPORAL_ADDRESS: 'elsewhere:7233' },
      report: (line) => lines.push(line),
    })
    expect(stack).toMatchObject({
      databaseUrl: 'postgresql://elsewhere/db',
      temporalAddress: 'elsewhere:7233',
    })
    await stack.stop()
    expect(lines.join('\n')).toMatch(/DATABASE_URL[\s\S]*elsewhere:7233/)
    expect(fs.readdirSync(root)).toEqual([])
  })

  test('starts only Temporal where DATABASE_URL names a Postgres', async () => {
    const root = openFolder()
    const databaseUrl = 'postgresql://elsewhere/db'
    const stack = await startLocalStack({
      root,
      binFolder,
      ports: 'any',
      env: { ...env, DATABASE_URL: databaseUrl },
    })
    expect(stack.databaseUrl).toBe(databaseUrl)
    expect(await namespaces(stack.temporalAddress)).toContain('default')
    expect(servers(root).postgres).toBeUndefined()
    await stack.stop()
  })
})

describe('two starts in one folder', () => {
  test('at once: one starts the servers, the other uses them', async () => {
    const root = openFolder()
    const both = await Promise.all([startElsewhere(root), startElsewhere(root)])
    expect(both[0].databaseUrl).toBe(both[1].databaseUrl)
    expect(both[0].temporalAddress).toBe(both[1].temporalAddress)
    const outputs = both.map((one) => one.output())
    expect(outputs.filter((text) => text.includes('Postgres: started'))).toHaveLength(1)
    expect(outputs.filter((text) => text.includes('Postgres: using the one'))).toHaveLength(1)

    // the guest's end leaves the servers alone, the host's stops them
    const owner = servers(root).postgres?.owner.pid
    const [host, guest] = both[0].child.pid === owner ? both : [both[1], both[0]]
    await end(guest.child, 'SIGINT')
    expect(await queryRows(host.databaseUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
    await end(host.child, 'SIGINT')
    await expect(queryRows(host.databaseUrl, 'SELECT')).rejects.toThrow('ECONNREFUSED')
  })
})

describe('the end of the process that started the servers', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    'by %s stops them, and it dies of that signal',
    async (signal) => {
      const root = openFolder()
      const one = await startElsewhere(root)
      const { postgres, temporal } = servers(root)
      expect(await end(one.child, signal)).toBe(signal)
      expect(postgres && isAlive(postgres.process)).toBe(false)
      expect(temporal && isAlive(temporal.process)).toBe(false)
      expect(one.output()).toContain('Postgres: stopped.')
    },
  )

  test('by Ctrl-C while they start stops what there is of them; the caller, who listens too, goes on to its own end', async () => {
    const root = openFolder()
    const listener = jest.fn()
    process.once('SIGTERM', listener)
    const starting = startLocalStack({ root, binFolder, env, ports: 'any' })
    const ended = expect(starting).rejects.toBeInstanceOf(StartInterrupted)
    while (servers(root).temporal === undefined) await new Promise((resolve) => setTimeout(resolve, 5))
    const { temporal } = servers(root)
    process.emit('SIGTERM', 'SIGTERM')
    await ended
    expect(listener).toHaveBeenCalledTimes(1)
    expect(temporal && isAlive(temporal.process)).toBe(false)
    expect(servers(root)).toEqual({ postgres: undefined, temporal: undefined })
  })

  test('by process.exit without a stop: they are told to stop all the same', async () => {
    const root = openFolder()
    const one = await startElsewhere(root, 'setTimeout(() => process.exit(3), 100)')
    const { postgres, temporal } = servers(root)
    await new Promise((resolve) => one.child.once('exit', resolve))
    while ([postgres, temporal].some((server) => server && isAlive(server.process)))
      await new Promise((resolve) => setTimeout(resolve, 50))
  })

  test('by kill -9 leaves them running; the next start takes them over and stops them', async () => {
    const root = openFolder()
    const killed = await startElsewhere(root)
    await queryRows(killed.databaseUrl, 'CREATE TABLE kept AS SELECT 42 AS answer')
    await end(killed.child, 'SIGKILL')
    const { postgres, temporal } = servers(root)

    const { stack, lines } = await start(root)
    expect(lines.join('\n')).toMatch(
      /Temporal: taken over[\s\S]*Postgres: taken over|Postgres: taken over[\s\S]*Temporal: taken over/,
    )
    expect(stack.databaseUrl).toBe(killed.databaseUrl)
    expect(await queryRows(stack.databaseUrl, 'TABLE kept')).toEqual([{ answer: 42 }])
    await stack.stop()
    expect(postgres && isAlive(postgres.process)).toBe(false)
    expect(temporal && isAlive(temporal.process)).toBe(false)
  })

  test('by kill -9, the servers killed too: the next start finds what was committed', async () => {
    const root = openFolder()
    const killed = await startElsewhere(root)
    await queryRows(killed.databaseUrl, 'CREATE TABLE kept AS SELECT 42 AS answer')
    const { postgres, temporal } = servers(root)
    await end(killed.child, 'SIGKILL')
    if (postgres && temporal) for (const one of [postgres, temporal]) sendSignal(one.process, 'SIGKILL')

    const { stack } = await start(root)
    expect(await queryRows(stack.databaseUrl, 'TABLE kept')).toEqual([{ answer: 42 }])
    expect(await namespaces(stack.temporalAddress)).toContain('default')
    await stack.stop()
  })

  test('with the record of it lost: Postgres’s own pid file leads to it', async () => {
    const root = openFolder()
    const killed = await startElsewhere(root)
    const { temporal } = servers(root)
    await end(killed.child, 'SIGKILL')
    if (temporal) sendSignal(temporal.process, 'SIGKILL')
    fs.rmSync(stackFolders(root).stateFile)

    const { stack, lines } = await start(root)
    expect(lines.join('\n')).toContain('Postgres: taken over')
    expect(stack.databaseUrl).toBe(killed.databaseUrl)
    await stack.stop()
  })

  test('with Postgres’s pid file naming a process that is not Postgres', async () => {
    const root = openFolder()
    const first = await start(root)
    await first.stack.stop()
    const pidFile = path.join(stackFolders(root).postgresData, 'postmaster.pid')
    fs.writeFileSync(pidFile, `${process.ppid}\n${path.dirname(pidFile)}\n1\n5432\n\n\n`)
    const second = await start(root)
    expect(second.lines.join('\n')).toContain('Postgres: started')
    await second.stack.stop()
  })
})

const asRoot = process.getuid?.() === 0 ? describe : describe.skip
asRoot('as root', () => {
  test('in a folder that Postgres’s user cannot enter: the data goes elsewhere and is found again', async () => {
    const root = temporaryFolder()
    fs.chmodSync(root, 0o700)
    whenFileEnds(() => removeStack(root))
    const first = await start(root)
    const { postgresData } = stackFolders(root)
    expect(first.lines.join('\n')).toContain(`cannot reach ${path.dirname(postgresData)}`)
    const elsewhere = fs.readlinkSync(postgresData)
    expect(fs.statSync(elsewhere).mode & 0o077).toBe(0)
    await queryRows(first.stack.databaseUrl, 'CREATE TABLE kept AS SELECT 42 AS answer')
    await first.stack.stop()

    const second = await start(root)
    expect(await queryRows(second.stack.databaseUrl, 'TABLE kept')).toEqual([{ answer: 42 }])
    await second.stack.stop()
    await removeStack(root)
    expect(fs.existsSync(elsewhere)).toBe(false)
  })
})
