import { execFile } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { NightscoreError } from '../../schemas/errors'
import { canWrite } from './account'
import type { StackFolders } from './folders'
import { type PostgresBinaries, reachableFolder } from './postgres-binaries'
import { type Account, type ProcessIdentity, commandLine, identify } from './processes'
import { removeLink } from './remove-link'

export const databaseUser = 'postgres'

/** Made beside its place and renamed: a start that is killed here leaves nothing that looks like data. */
export async function createData(
  folders: StackFolders,
  binaries: PostgresBinaries,
  account: Account | undefined,
  report: (line: string) => void,
): Promise<void> {
  removeLink(folders.postgresData) // a symlink to data that is gone
  for (const name of fs.readdirSync(folders.home))
    if (name.startsWith('postgres.new-'))
      fs.rmSync(path.join(folders.home, name), { recursive: true, force: true })
  // a name of its own: the initdb of a start that was killed a moment ago may still be writing
  const temporary = fs.mkdtempSync(`${folders.postgresData}.new-`)
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
        `--username=${databaseUser}`,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
      ].concat('--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'),
      { cwd: '/', env: cleanEnv(), ...account },
    )
  } catch (cause) {
    throw new NightscoreError('STACK_FAILED', {
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

export function checkVersion(folders: StackFolders, binaries: PostgresBinaries): void {
  const made = fs.readFileSync(path.join(folders.postgresData, 'PG_VERSION'), 'utf8').trim()
  const major = binaries.version.split('.')[0]
  if (made !== major)
    throw new NightscoreError('STACK_FAILED', {
      found: `data of Postgres ${made} in ${folders.postgresData}`,
      expected: `data of Postgres ${major ?? '?'}, the one installed here`,
      fix: 'Dump it with the old version (pg_dump) and load it into a new one; or move the folder away to begin anew.',
    })
}

/** @returns pid and port from the file that a running server keeps in its data; undefined when there is none. */
export function readPidFile(data: string): { pid: number; port: number } | undefined {
  try {
    const [pid, , , port] = fs.readFileSync(path.join(data, 'postmaster.pid'), 'utf8').split('\n').map(Number)
    return pid !== undefined && pid > 0 && port !== undefined && port > 0 ? { pid, port } : undefined
  } catch {
    return undefined
  }
}

/**
 * The pid in a file that a killed server left may be somebody else's by now, or a zombie's that nobody reaps: Postgres would
 * refuse to start beside either. Its parent's pid, ours, it takes for stale; and it still checks by the file's other lines
 * that no session of the old server uses the data, which it could not if the file were deleted.
 */
export function disownPidFile(data: string): void {
  const { pid } = readPidFile(data) ?? {}
  const holder = pid === undefined ? undefined : identify(pid)
  if (pid === undefined || (holder !== undefined && isServerOf(holder, data))) return
  const file = path.join(data, 'postmaster.pid')
  fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace(/^\d+/, String(process.pid)))
}

export function isServerOf(process: ProcessIdentity, data: string): boolean {
  const words = commandLine(process.pid)
  return words.includes('postgres') && words.includes(fs.realpathSync(data))
}

export function readPassword(folders: StackFolders): string {
  try {
    return fs.readFileSync(folders.passwordFile, 'utf8').trim()
  } catch (cause) {
    throw new NightscoreError('STACK_FAILED', {
      found: `no readable file ${folders.passwordFile}`,
      expected: `the password of the data in ${folders.postgresData}`,
      fix: 'Put the file back, or move the data away to begin anew, or set DATABASE_URL.',
      cause,
    })
  }
}

/** libpq's variables of the user speak of other servers. */
export function cleanEnv(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(PG|LC_|LANG)/.test(name))
  return { ...Object.fromEntries(kept), LC_ALL: 'C' }
}
