import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Pool } from 'pg'
import { findRun } from '../../../activities/runs/run-store'
import { NightscoreError } from '../../../schemas/errors'
import type { Report } from '../../../schemas/report'
import type { CliIo } from '../cli-io'
import { printOutcome, tell } from '../output'
import { reportLines } from '../report-lines'
import { withSession } from '../session'

interface Options {
  readonly html?: string
  readonly open?: true
  readonly json?: true
}

/**
 * `report RUN`: what a run's report says, as text; with --html its page as a file.
 * @throws NightscoreError RUN_NOT_FOUND, NOT_PUBLISHED_YET, REPORT_NOT_FOUND, INPUT_INVALID where the file cannot be written
 */
export function report(io: CliIo, id: string, { html, open, json }: Options): Promise<void> {
  return withSession(io, async ({ connections }) => {
    const { page, document } = await loadReport(connections.control, await runIdOf(connections.control, id))
    const target =
      html !== undefined
        ? path.resolve(io.folder, html)
        : open
          ? path.join(await mkdtemp(path.join(tmpdir(), 'nightscore-')), 'report.html')
          : undefined
    if (target !== undefined) {
      await saveWhole(target, page)
      tell(io, `Saved the page: ${target}`)
      if (open) openInBrowser(io, target)
    }
    printOutcome(io, json, document, reportLines(document, { saved: target !== undefined }))
  })
}

async function runIdOf(db: Pool, id: string): Promise<string> {
  const slash = id.indexOf('/')
  if (slash < 0) return (await findRun(db, id)).runId
  const [job, batch] = [id.slice(0, slash), id.slice(slash + 1)]
  const { rows } = await db.query<{ runId: string }>(
    `SELECT run_id AS "runId" FROM nightscore.run WHERE job = $1 AND batch = $2 AND state = 'published'`,
    [job, batch],
  )
  if (rows[0] !== undefined) return rows[0].runId
  throw new NightscoreError('NOT_PUBLISHED_YET', {
    found: `no published run of job ${job}, batch ${batch}`,
    expected: 'one',
  })
}

async function loadReport(
  db: Pool,
  runId: string,
): Promise<{ readonly page: string; readonly document: Report }> {
  const { rows } = await db.query<{ html: string; json: Report }>(
    'SELECT html, json FROM nightscore.report WHERE run_id = $1',
    [runId],
  )
  const [found] = rows
  if (found !== undefined) return { page: found.html, document: found.json }
  throw new NightscoreError('REPORT_NOT_FOUND', {
    found: `no report of run ${runId}`,
    expected: 'a run that was checked',
  })
}

/** Whole or not at all: who opens the file never sees half of it. */
async function saveWhole(file: string, text: string): Promise<void> {
  const partial = `${file}.${randomBytes(4).toString('hex')}.part`
  try {
    await writeFile(partial, text, { flag: 'wx' })
    await rename(partial, file)
  } catch (cause) {
    await rm(partial, { force: true })
    throw new NightscoreError('INPUT_INVALID', {
      found: `--html ${file}: ${cause instanceof Error ? cause.message : String(cause)}`,
      expected: 'a file that can be written, in a folder that there is',
      cause,
    })
  }
}

function openInBrowser(io: CliIo, file: string): void {
  const opener = process.platform === 'darwin' ? 'open' : 'xdg-open'
  const child = spawn(opener, [file], { stdio: 'ignore', detached: true })
  child.once('error', () => tell(io, `No ${opener} here: open the file in a browser.`))
  child.unref()
}
