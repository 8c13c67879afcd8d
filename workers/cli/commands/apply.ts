import path from 'node:path'
import { checkJobSql } from '../../../activities/data/check-job-sql'
import { applyJob, readJobFile } from '../../../activities/runs/job-store'
import { checkJobShadow } from '../../../activities/runs/resolve-shadow'
import type { CliIo } from '../cli-io'
import { applySchedule, type AppliedSchedule } from '../job-schedule'
import { printOutcome } from '../output'
import { operator, withSession } from '../session'

/** `apply FILE`: checks the file and its SQL, stores it as the job's next revision; an unchanged one changes nothing. */
export function apply(io: CliIo, file: string, { json }: { readonly json?: true }): Promise<void> {
  return withSession(io, async (session) => {
    const { connections } = session
    const read = await readJobFile(path.resolve(io.folder, file))
    await checkJobSql(read.job)
    await checkJobShadow(connections.control, read.job)
    let schedule: AppliedSchedule = { change: 'none', warnings: [] }
    const applied = await applyJob(connections.control, read, operator(), async (everScheduled) => {
      schedule = await applySchedule(session, read.job, everScheduled)
    })
    const { name, revision, changed } = applied
    printOutcome(io, json, { ...applied, schedule }, [
      changed ? `${name}: revision ${revision} applied.` : `${name}: unchanged, revision ${revision} stays.`,
      ...(schedule.change === 'none' ? [] : [`  schedule: ${schedule.change}`]),
      ...schedule.warnings.map((warning) => `  ${warning}`),
    ])
  })
}
