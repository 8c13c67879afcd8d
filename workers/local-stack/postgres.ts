import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client, DatabaseError } from 'pg'
import { NightscoreError } from '../../schemas/errors'
import { postgresAccount } from './account'
import type { StackFolders } from './folders'
import { freePort } from './ports'
import { postgresBinaries } from './postgres-binaries'
import {
  checkVersion,
  cleanEnv,
  createData,
  databaseUser,
  disownPidFile,
  isServerOf,
  readPassword,
  readPidFile,
} from './postgres-data'
import { type ProcessIdentity, identify, isAlive, lastLines, startServer, stopProcess } from './processes'
import type { ServerLauncher } from './server'

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
      const process = pid === undefined ? undefined : identify(pid)
      if (process === undefined || port === undefined) return undefined
      return isServerOf(process, folders.postgresData) ? { process, port } : undefined
    },

    async start({ preferDefaultPorts, report, born }) {
      const account = await postgresAccount(folders.postgresData, report)
      const binaries = postgresBinaries(account, report)
      if (!fs.existsSync(folders.postgresData)) await createData(folders, binaries, account, report)
      else checkVersion(folders, binaries)
      const data = fs.realpathSync(folders.postgresData)
      for (let attempt = 1; ; attempt++) {
        disownPidFile(data)
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
        if (attempt === 20 || !passing.test(log))
          throw new NightscoreError('STACK_FAILED', {
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
  return `postgresql://${databaseUser}:${readPassword(folders)}@127.0.0.1:${port}/${name}`
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
