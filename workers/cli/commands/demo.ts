import path from 'node:path'
import { applyJob, readJobFile } from '../../../activities/runs/job-store'
import { readModelKeys } from '../../../activities/scoring/model-keys'
import { promoteModel, registerModel } from '../../../activities/scoring/registry'
import type { RunSummary } from '../../../schemas/run'
import type { CliIo } from '../cli-io'
import { demoSample, sampleLines } from '../demo-sample'
import { followRun } from '../follow-run'
import { sqlCommand } from '../local-environment'
import { count, printOutcome, tell } from '../output'
import { projectFolder } from '../project-folder'
import { operator, withSession, type Session } from '../session'
import { startRun } from '../start-run'
import { textTable } from '../text-table'
import { withLocalStack, type LocalWorld } from '../with-local-stack'

const example = path.join(projectFolder, 'examples', 'flights')
const nights = [4, 5, 6, 7, 8, 9, 10].map((day) => `2013-07-${String(day).padStart(2, '0')}`)

/**
 * `demo`: from nothing to seven nights of scores: servers, model v1 as champion, the job, the runs. A second demo finds
 * model and job as they are and scores the nights again, as their next revisions.
 * @returns 130 after Ctrl-C
 */
export function demo(io: CliIo, options: { readonly keep?: true; readonly json?: true }): Promise<number> {
  return withLocalStack(io, projectFolder, 'warn', (world) =>
    withSession(
      io,
      async (session) => {
        await prepare(io, session)
        const runs = await scoreNights(io, session, world)
        if (runs === undefined) return 130
        const sample = await demoSample(session.connections.control)
        const places = whereToLook(io, world)
        printOutcome(io, options.json, { runs, sample, places }, [
          '',
          ...nightTable(runs),
          '',
          ...sampleLines(sample),
          '',
          ...Object.entries(places).map(([name, place]) => `${name.padEnd(12)} ${place}`),
        ])
        if (options.keep) {
          tell(io, 'Everything stays up until Ctrl-C.')
          await world.ended
        } else
          tell(io, 'Stopping what was started; the data stays. npm run demo -- --keep leaves it running.')
        return 0
      },
      world.config.environment,
    ),
  )
}

async function prepare(io: CliIo, { connections, config }: Session): Promise<void> {
  const { control } = connections
  const registered = await registerModel(control, path.join(example, 'models', 'v1'), {
    keys: readModelKeys(config.environment),
    by: operator(),
  })
  const reference = `${registered.model}@${registered.version}`
  tell(io, `Model ${reference}: ${registered.created ? 'registered' : 'registered already'}.`)
  const champion = { reference, alias: 'champion', by: operator(), why: 'the demo scores with v1' }
  const { version, formerVersion } = await promoteModel(control, champion)
  tell(io, `Model ${reference}: ${formerVersion === version ? 'the champion already' : 'now the champion'}.`)
  const job = await applyJob(control, await readJobFile(path.join(example, 'job.yaml')), operator())
  tell(io, `Job ${job.name}: ${job.changed ? 'applied' : 'unchanged'}, revision ${job.revision}.`)
}

/** @returns undefined where Ctrl-C came in between */
async function scoreNights(
  io: CliIo,
  session: Session,
  { interrupted }: LocalWorld,
): Promise<RunSummary[] | undefined> {
  const runs: RunSummary[] = []
  for (const batch of nights) {
    if (interrupted.aborted) return undefined
    const handle = await startRun(session, { job: 'flights-late', batch })
    const summary = await followRun(io, session, handle, `Night of ${batch}`)
    if (summary === undefined) return undefined
    runs.push(summary)
  }
  return runs
}

function nightTable(runs: readonly RunSummary[]): string[] {
  return textTable(
    [
      { title: 'NIGHT' },
      { title: 'MODEL' },
      { title: 'STATE' },
      { title: 'READ', align: 'right' },
      { title: 'SCORED', align: 'right' },
      { title: 'QUARANTINED', align: 'right' },
      { title: 'FILTERED', align: 'right' },
      { title: 'READ/S', align: 'right' },
    ],
    runs.map(({ batch, model, state, rows, rowsPerSecond }) => [
      batch,
      model,
      state,
      ...[rows.read, rows.scored, rows.quarantined, rows.filtered, rowsPerSecond].map(count),
    ]),
  )
}

function whereToLook(io: CliIo, { stack }: LocalWorld): Record<string, string> {
  return {
    ...(stack.temporalUiUrl !== undefined && {
      'Temporal UI': `${stack.temporalUiUrl}/namespaces/default/workflows`,
    }),
    SQL: sqlCommand(io.environment, stack.databaseUrl),
    Parquet: path.join(example, 'out', 'flights-late'),
  }
}
