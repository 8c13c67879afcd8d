import { existsSync } from 'node:fs'
import { lstat, realpath } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { NightscoreError } from '../../schemas/errors'
import { quoteLiteral } from './quote-identifier'
import { allowedUrl } from './s3/s3-roots'
import { isS3Url } from './s3/s3-url'
import { escapeGlob, type Sandbox } from './sandbox'

/**
 * The folders that a job may read: those of NIGHTSCORE_DATA_ROOTS where any is named, else the job file's own.
 * Absolute, without symlinks; none where the job's folder is not on this machine: its local paths are refused.
 * @throws CONFIG_INVALID where one that is named does not exist
 */
export async function resolveRoots(jobFolder: string, dataRoots: readonly string[]): Promise<string[]> {
  const named = dataRoots.filter((root) => root !== '')
  const roots = named.length > 0 ? named.filter((root) => !isS3Url(root)) : [jobFolder]
  const real = roots.map(async (root) => {
    try {
      return await realpath(root)
    } catch (cause) {
      // a job of S3 and Postgres alone needs no folder: its workers need not have it
      if (named.length === 0 && (cause as NodeJS.ErrnoException).code === 'ENOENT') return null
      throw new NightscoreError('CONFIG_INVALID', {
        found: `the data root ${root}, which cannot be opened`,
        expected: 'an existing folder',
        fix:
          named.length > 0
            ? 'Correct NIGHTSCORE_DATA_ROOTS.'
            : 'Apply the job from the folder where it is now.',
        cause,
      })
    }
  })
  return [...new Set((await Promise.all(real)).filter((root) => root !== null))]
}

/**
 * The absolute path, without symlinks, that `path` (relative to `folder`, or absolute) leads to. What does not exist
 * yet is judged by its nearest existing folder. A path of S3 stays one, without a slash at its end.
 * @throws PATH_OUTSIDE_ROOTS where it leaves the roots: by .., by a symlink, as an absolute path or a URL
 */
export async function resolveInRoots(
  path: string,
  folder: string,
  roots: readonly string[],
): Promise<string> {
  if (isS3Url(path)) return allowedUrl(path)
  refuseOtherThanPath(path, roots)
  refuseWithoutRoots(folder, roots)
  const real = await realPathOf(resolve(folder, path))
  if (!roots.some((root) => isWithin(real, root))) throw outside(path, real, roots)
  return real
}

/**
 * The files that a path or glob (*, ?, [abc], **) matches, absolute, without symlinks, sorted. As in a shell, a
 * wildcard matches no name that starts with a dot.
 * @throws PATH_OUTSIDE_ROOTS where the pattern or one of the files leaves the roots
 * @throws SOURCE_NO_FILES where nothing matches
 */
export async function filesInRoots(pattern: string, folder: string, sandbox: Sandbox): Promise<string[]> {
  const { roots } = sandbox
  refuseOtherThanPath(pattern, roots)
  refuseWithoutRoots(folder, roots)
  // a folder's own name is no glob, whatever it holds
  const base = isAbsolute(pattern)
    ? (roots.find((root) => pattern.startsWith(`${root}${sep}`)) ?? sep)
    : folder
  const segments = (isAbsolute(pattern) ? relative(base, pattern) : pattern).split(sep)
  const wild = segments.findIndex((segment) => /[*?[]/.test(segment))
  const path = join(base, ...segments)
  if (wild < 0 || (await exists(path))) {
    const file = await resolveInRoots(path, folder, roots)
    if (!(await exists(file))) throw noFiles(pattern, folder)
    return [file]
  }
  const fixed = await resolveInRoots(join(base, ...segments.slice(0, wild)), folder, roots)
  const glob = [escapeGlob(fixed), ...segments.slice(wild)].join('/')
  const found = await sandbox.rows(`SELECT file FROM glob(${quoteLiteral(glob)})`)
  const visible = found
    .map((row) => String(row['file']))
    .filter((file) => !/(^|\/)\./.test(relative(fixed, file)))
  const files = await Promise.all(visible.map((file) => resolveInRoots(file, folder, roots)))
  if (files.length === 0) throw noFiles(pattern, folder)
  return [...new Set(files)].sort()
}

function refuseOtherThanPath(path: string, roots: readonly string[]): void {
  if (path.includes('\0')) throw outside(JSON.stringify(path), 'no path: it holds the character NUL', roots)
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(path))
    throw outside(path, 'a URL, neither a path of this machine nor s3://', roots)
}

function refuseWithoutRoots(folder: string, roots: readonly string[]): void {
  if (roots.length > 0 || existsSync(folder)) return
  throw new NightscoreError('CONFIG_INVALID', {
    found: `the job’s folder ${folder}, which is not on this machine`,
    expected: 'an existing folder, since the job names files in it',
    fix: 'Apply the job from the folder where it is now, or let it name s3:// paths.',
  })
}

async function realPathOf(path: string): Promise<string> {
  try {
    return await realpath(path)
  } catch (cause) {
    const parent = dirname(path)
    const { code } = cause as NodeJS.ErrnoException
    // a symlink that leads nowhere yet could be made to lead anywhere
    if ((code !== 'ENOENT' && code !== 'ENOTDIR') || parent === path || (await isLink(path)))
      throw new NightscoreError('SOURCE_FILE_UNREADABLE', {
        found: `${path}: ${(cause as Error).message}`,
        expected: 'a path that can be followed',
        fix: 'Check permissions and symlinks on the way.',
        cause,
      })
    return join(await realPathOf(parent), basename(path))
  }
}

async function isLink(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isSymbolicLink()
  } catch {
    return false
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await realpath(path)
    return true
  } catch {
    return false
  }
}

function isWithin(path: string, root: string): boolean {
  const way = relative(root, path)
  return way !== '..' && !way.startsWith(`..${sep}`)
}

function outside(path: string, real: string, roots: readonly string[]): NightscoreError {
  return new NightscoreError('PATH_OUTSIDE_ROOTS', {
    found: `${path}, which is ${real}`,
    expected: `a path within ${roots.join(' or ') || 'a data root, and there is none'}`,
  })
}

function noFiles(pattern: string, folder: string): NightscoreError {
  return new NightscoreError('SOURCE_NO_FILES', {
    found: `no file for ${pattern} in ${folder}`,
    expected: 'at least one',
  })
}
