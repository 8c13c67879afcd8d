import path from 'node:path'
import { checkJobSql } from '../../../activities/data/check-job-sql'
import { applyJob, readJobFile } from '../../../activities/runs/job-store'
import { checkJobShadow } from '../../../activities/runs/resolve-shadow'
import type { CliIo } from '../cli-io'
import { printOutcome } from '../output'
import { operator, withSession } from '../session'

/** `apply FILE`: checks the file and its SQL, stores it as the job's next revision; an unchanged one changes nothing. */
export function apply(io: CliIo, file: string, { json }: { readonly json?: true }): Promise<void> {
  return withSession(io, async ({ connections }) => {
    const read = await readJobFile(path.resolve(io.folder, file))
    await checkJobSql(read.job)
    await checkJobShadow(connections.control, read.job)
    const applied = await applyJob(connections.control, read, operator())
    const { name, revision, changed } = applied
    printOutcome(io, json, applied, [
      changed ? `${name}: revision ${revision} applied.` : `${name}: unchanged, revision ${revision} stays.`,
    ])
  })
}
