import { execFile } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { Client, DatabaseError } from 'pg'
import { canWrite, postgresAccount } from './account'
import type { StackFolders } from './folders'
import { freePort } from './ports'
import { type PostgresBinaries, postgresBinaries, reachableFolder } from './postgres-binaries'
import {
  type Account,
  type ProcessIdentity,
  commandLine,
  identify,
  isAlive,
  lastLines,
  startServer,
  stopProcess,
} from './processes'
import type { ServerLauncher } from './server'
import { stackError } from './stack-error'

const user = 'nightscore'
const database = 'nightscore'
const defaultPort = 5432
const answerWithinMs = 60_000 // after a crash the server first replays its log

/** Another took the port just now; or the sessions of a server that was killed have not noticed yet. */
const passing = /Address already in use|still in use/

/** fast shutdown: ends the sessions and writes a checkpoint; immediate shutdown: the next start replays the log */
export const postgresStopSteps = [
  { signal: 'SIGINT', waitMs: 30_000 },
  { signal: 'SIGQUIT', waitMs: 5_000 },
] as const

/**
 * fsync and synchronous_commit stay on: what was committed is there after a power cut. The rest fits one machine that
 * loads data by night. No Unix socket: its folder would need to be writable for Postgres's user.
 */
const settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '256MB',
  maintenance_work_mem: '256MB',
  max_wal_size: '4GB',
  max_locks_per_transaction: '256', // a night is a partition: years of them in one plan
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_line_prefix: '%m [%p] %d ',
}

export function postgresLauncher(folders: StackFolders): ServerLauncher {
  const logFile = path.join(folders.logs, 'postgres.log')
  return {
    name: 'postgres',
    title: 'Postgres',
    stopSteps: postgresStopSteps,
    answers: async ({ port }) => (await tryConnect(folders, port)) === undefined,

    orphan() {
      const { pid, port } = readPidFile(folders.postgresData) ?? {}
      if (pid === undefined || port === undefined) return undefined
      const process = identify(pid)
      if (process !== undefined && isServerOf(process, folders.postgresData)) return { process, port }
      // its pid belongs to somebody else now, or to a zombie: Postgres would refuse to start beside it
      fs.rmSync(path.join(folders.postgresData, 'postmaster.pid'), { force: true })
      return undefined
    },

    async start({ preferDefaultPorts, report, born }) {
      const account = await postgresAccount(folders.postgresData, report)
      const binaries = postgresBinaries(account, report)
      if (!fs.existsSync(folders.postgresData)) await createData(folders, binaries, account, report)
      else checkVersion(folders, binaries)
      const data = fs.realpathSync(folders.postgresData)
      for (let attempt = 1; ; attempt++) {
        const port = await freePort(preferDefaultPorts ? defaultPort : undefined)
        const words = Object.entries({ ...settings, port }).flatMap(([name, value]) => [
          '-c',
          `${name}=${value}`,
        ])
        const child = startServer({
          command: binaries.postgres,
          words: ['-D', data, ...words],
          env: cleanEnv(),
          logFile,
          account,
        })
        const process = child.pid === undefined ? undefined : identify(child.pid)
        if (process !== undefined) born({ process, port })
        const failure =
          process === undefined ? 'it ended at once' : await waitUntilItAnswers(folders, process, port)
        if (failure === undefined && process !== undefined)
          return { process, port, child, more: `data in ${data}` }
        const log = lastLines(logFile)
        if (attempt === 5 || !passing.test(log))
          throw stackError({
            found: `${failure ?? ''}; its log ends: ${log}`,
            expected: `Postgres answering on 127.0.0.1:${port}`,
            fix: `See ${logFile}; or set DATABASE_URL to a Postgres that runs elsewhere.`,
          })
        await sleep(500)
      }
    },
  }
}

export function postgresUrl(folders: StackFolders, port: number, name = database): string {
  return `postgresql://${user}:${readPassword(folders)}@127.0.0.1:${port}/${name}`
}

/** @returns undefined once the server answers with the database made, else why it did not. */
async function waitUntilItAnswers(
  folders: StackFolders,
  server: ProcessIdentity,
  port: number,
): Promise<string | undefined> {
  const deadline = Date.now() + answerWithinMs
  for (;;) {
    const refusal = await tryConnect(folders, port)
    if (refusal === undefined) return undefined
    if (!isAlive(server)) return 'the server ended'
    if (Date.now() > deadline) {
      await stopProcess(server, postgresStopSteps)
      return `no answer in ${answerWithinMs / 1000} s (${refusal})`
    }
    await sleep(20)
  }
}

/** Connects with our password, so that no other Postgres on that port passes for ours; makes the database when it is missing. */
async function tryConnect(folders: StackFolders, port: number): Promise<string | undefined> {
  const client = new Client({
    connectionString: postgresUrl(folders, port, 'postgres'),
    connectionTimeoutMillis: 3000,
  })
  client.on('error', () => undefined)
  try {
    await client.connect()
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [database])
    if (rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(database)}`)
    return undefined
  } catch (error) {
    if (error instanceof DatabaseError && error.code === '42P04') return undefined // made by another start just now
    return error instanceof Error ? error.message : String(error)
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** Made beside its place and renamed: a start that is killed here leaves nothing that looks like data. */
async function createData(
  folders: StackFolders,
  binaries: PostgresBinaries,
  account: Account | undefined,
  report: (line: string) => void,
): Promise<void> {
  const temporary = `${folders.postgresData}.new`
  fs.rmSync(folders.postgresData, { force: true }) // a symlink to data that is gone
  fs.rmSync(temporary, { recursive: true, force: true })
  fs.mkdirSync(temporary, { recursive: true, mode: 0o700 })
  if (account !== undefined) fs.chownSync(temporary, account.uid, account.gid)
  const within = canWrite(temporary, account)
  const target = within ? temporary : elsewhere(folders, account)
  if (!within) report(`Postgres's user cannot reach ${folders.home}: its data goes to ${target}.`)

  const password = randomBytes(24).toString('base64url')
  const passwordFile = path.join(target, 'password')
  const data = path.join(target, 'data')
  fs.writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 })
  if (account !== undefined) fs.chownSync(passwordFile, account.uid, account.gid)
  try {
    // the builtin C.UTF-8 sorts alike on every system; checksums are on by default since 18
    await promisify(execFile)(
      binaries.initdb,
      [
        `--pgdata=${data}`,
        `--username=${user}`,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
      ].concat('--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'),
      { cwd: '/', env: cleanEnv(), ...account },
    )
  } catch (cause) {
    throw stackError({
      found: `initdb failed: ${cause instanceof Error ? cause.message : String(cause)}`,
      expected: `new data in ${data}`,
      fix: 'Mend what it says, or set DATABASE_URL to a Postgres that runs elsewhere.',
      cause,
    })
  } finally {
    fs.rmSync(passwordFile, { force: true })
  }
  fs.rmSync(folders.passwordFile, { force: true })
  fs.writeFileSync(folders.passwordFile, password, { mode: 0o600 })
  if (within) fs.renameSync(data, folders.postgresData)
  else fs.symlinkSync(data, folders.postgresData)
  fs.rmSync(temporary, { recursive: true, force: true })
}

/** A folder of its own each time: data that an older checkout in the same place left is never taken nor overwritten. */
function elsewhere(folders: StackFolders, account: Account | undefined): string {
  const project = path.dirname(folders.home)
  const hash = createHash('sha256').update(project).digest('hex').slice(0, 12)
  fs.mkdirSync(reachableFolder, { recursive: true, mode: 0o755 })
  fs.chmodSync(reachableFolder, 0o755)
  const folder = fs.mkdtempSync(path.join(reachableFolder, `${hash}-`))
  if (account !== undefined) fs.chownSync(folder, account.uid, account.gid)
  return folder
}

function checkVersion(folders: StackFolders, binaries: PostgresBinaries): void {
  const made = fs.readFileSync(path.join(folders.postgresData, 'PG_VERSION'), 'utf8').trim()
  const major = binaries.version.split('.')[0]
  if (made !== major)
    throw stackError({
      found: `data of Postgres ${made} in ${folders.postgresData}`,
      expected: `data of Postgres ${major ?? '?'}, the one installed here`,
      fix: 'Dump it with the old version (pg_dump) and load it into a new one; or move the folder away to begin anew.',
    })
}

/** @returns pid and port from the file that a running server keeps in its data; undefined when there is none. */
function readPidFile(data: string): { pid: number; port: number } | undefined {
  try {
    const [pid, , , port] = fs.readFileSync(path.join(data, 'postmaster.pid'), 'utf8').split('\n').map(Number)
    return pid !== undefined && pid > 0 && port !== undefined && port > 0 ? { pid, port } : undefined
  } catch {
    return undefined
  }
}

function isServerOf(process: ProcessIdentity, data: string): boolean {
  const words = commandLine(process.pid)
  return words.includes('postgres') && words.includes(fs.realpathSync(data))
}

function readPassword(folders: StackFolders): string {
  try {
    return fs.readFileSync(folders.passwordFile, 'utf8').trim()
  } catch (cause) {
    throw stackError(
      {
        found: `no readable file ${folders.passwordFile}`,
        expected: `the password of the data in ${folders.postgresData}`,
        fix: 'Put the file back, or move the data away to begin anew, or set DATABASE_URL.',
        cause,
      },
      'CONFIG_INVALID',
    )
  }
}

/** libpq's variables of the user speak of other servers. */
function cleanEnv(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(PG|LC_|LANG)/.test(name))
  return { ...Object.fromEntries(kept), LC_ALL: 'C' }
}
