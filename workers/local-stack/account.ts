import { execFile, execFileSync, spawnSync } from 'node:child_process'
import fs from 'node:fs'
import { promisify } from 'node:util'
import { NightscoreError } from '../../schemas/errors'
import type { Account } from './processes'

const name = 'postgres'

/**
 * Postgres refuses to run as root, so root runs it as another user.
 * @param dataFolder existing data decides: it can be read by its owner only
 * @returns undefined where the present user will do
 */
export async function postgresAccount(
  dataFolder: string,
  report: (line: string) => void,
): Promise<Account | undefined> {
  const present = process.getuid?.()
  const owner = fs.statSync(dataFolder, { throwIfNoEntry: false })
  if (present !== 0) {
    if (owner !== undefined && present !== undefined && owner.uid !== present)
      throw new NightscoreError('STACK_FAILED', {
        found: `${dataFolder} owned by user ${owner.uid}, this being user ${present}`,
        expected: 'data of the user who starts Postgres',
        fix: `Start it as that user or as root, or give the data away: sudo chown -R ${present} ${dataFolder}`,
      })
    return undefined
  }
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid }
  return (await find()) ?? (await create(report))
}

/** @returns whether a program of this account can write in the folder: all folders above must let it pass. */
export function canWrite(folder: string, account: Account | undefined): boolean {
  const script = 'cd "$1" && t=.probe.$$ && : > "$t" && rm "$t"'
  return (
    spawnSync('/bin/sh', ['-c', script, 'sh', folder], { cwd: '/', stdio: 'ignore', ...account }).status === 0
  )
}

/** @returns undefined when this account can run the program, else what it said. */
export function whyNotRun(program: string, account: Account | undefined): string | undefined {
  const result = spawnSync(program, ['--version'], { cwd: '/', encoding: 'utf8', ...account })
  if (result.status === 0) return undefined
  return result.error?.message ?? result.stderr.trim()
}

async function find(): Promise<Account | undefined> {
  try {
    const id = async (flag: string): Promise<number> =>
      Number((await promisify(execFile)('id', [flag, name])).stdout)
    const [uid, gid] = await Promise.all([id('-u'), id('-g')])
    return { uid, gid }
  } catch {
    return undefined
  }
}

async function create(report: (line: string) => void): Promise<Account> {
  report(`Creating the system user "${name}": Postgres refuses to run as root.`)
  try {
    execFileSync('groupadd', ['--force', name], { stdio: 'pipe' })
    execFileSync('useradd', ['--system', '--no-create-home', '--gid', name, name], { stdio: 'pipe' })
  } catch (cause) {
    throw new NightscoreError('STACK_FAILED', {
      found: `user root and no user "${name}", which could not be created: ${cause instanceof Error ? cause.message : String(cause)}`,
      expected: 'a user other than root for Postgres',
      fix: `Create the user "${name}", or run this as a user other than root, or set DATABASE_URL to a Postgres that runs elsewhere.`,
      cause,
    })
  }
  const account = await find()
  if (account === undefined) throw new Error(`user "${name}" was created but cannot be looked up`)
  return account
}
