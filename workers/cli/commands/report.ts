import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { loadReport } from '../../../activities/evaluation/store/load-report'
import { NightscoreError } from '../../../schemas/errors'
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
    const { page, document } = await loadReport(connections.control, id)
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
