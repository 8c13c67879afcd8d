import path from 'node:path'
import { applyJob, readJobFile } from '../../../activities/runs/job-store'
import { readModelKeys } from '../../../activities/scoring/model-keys'
import { promoteModel, registerModel } from '../../../activities/scoring/registry'
import type { CliIo } from '../cli-io'
import { backfillJune, evaluateNights, nightTable, saveReports, scoreJuly } from '../demo-nights'
import { demoSample, sampleLines } from '../demo-sample'
import { challengeLines, tryChallenger } from '../demo-versions'
import { sqlCommand } from '../local-environment'
import { printOutcome, tell } from '../output'
import { projectFolder } from '../project-folder'
import { operator, withSession, type Session } from '../session'
import { withLocalStack, type LocalWorld } from '../with-local-stack'

const example = path.join(projectFolder, 'examples', 'flights')

/**
 * `demo`: from nothing to seven nights of scores and what they are worth: servers, model v1 as champion, the job, the nights of
 * June to compare with, those of July with v2 in shadow, then the labels, accuracy and reports; v2 is compared and promoted, and
 * one night rolled back. A second demo finds models, job and June as they are and scores July again, as the nights' next revisions.
 * @returns 130 after Ctrl-C
 */
export function demo(io: CliIo, options: { readonly keep?: true; readonly json?: true }): Promise<number> {
  return withLocalStack(io, projectFolder, 'warn', (world) =>
    withSession(
      io,
      async (session) => {
        await prepare(io, session)
        const { interrupted } = world
        if (!(await backfillJune(io, session, interrupted))) return 130
        const challenger = await registerVersion(io, session, 'v2', 'challenger')
        const runs = await scoreJuly(io, session, interrupted)
        if (runs === undefined) return 130
        const evaluations = await evaluateNights(io, session, interrupted)
        if (evaluations === undefined) return 130
        const challenge = await tryChallenger(io, session, challenger, interrupted)
        if (challenge === undefined) return 130
        const reports = await saveReports(
          session.connections.control,
          path.join(example, 'out', 'reports'),
          runs,
        )
        const sample = await demoSample(session.connections.control)
        const places = whereToLook(io, world)
        printOutcome(io, options.json, { runs, evaluations, challenge, sample, reports, places }, [
          '',
          ...nightTable(runs, evaluations),
          '',
          ...sampleLines(sample),
          '',
          ...challengeLines(challenge),
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

async function prepare(io: CliIo, session: Session): Promise<void> {
  await registerVersion(io, session, 'v1', 'champion')
  const read = await readJobFile(path.join(example, 'job.yaml'))
  const job = await applyJob(session.connections.control, read, operator())
  tell(io, `Job ${job.name}: ${job.changed ? 'applied' : 'unchanged'}, revision ${job.revision}.`)
}

/** @returns name@version */
async function registerVersion(
  io: CliIo,
  { connections, config }: Session,
  folder: string,
  alias: string,
): Promise<string> {
  const { control } = connections
  const registered = await registerModel(control, path.join(example, 'models', folder), {
    keys: readModelKeys(config.environment),
    by: operator(),
  })
  const reference = `${registered.model}@${registered.version}`
  const move = { reference, alias, by: operator(), why: `the demo begins with ${folder} as ${alias}` }
  const { version, formerVersion } = await promoteModel(control, move)
  const [is, becomes] = [registered.created ? 'registered' : 'registered already', `the ${alias}`]
  tell(
    io,
    `Model ${reference}: ${is}, ${formerVersion === version ? `${becomes} already` : `now ${becomes}`}.`,
  )
  return reference
}

function whereToLook(io: CliIo, { stack }: LocalWorld): Record<string, string> {
  return {
    ...(stack.temporalUiUrl !== undefined && {
      'Temporal UI': `${stack.temporalUiUrl}/namespaces/default/workflows`,
    }),
    SQL: sqlCommand(io.environment, stack.databaseUrl),
    Parquet: path.join(example, 'out', 'flights-late'),
    Reports: path.join(example, 'out', 'reports', '2013-07-10.html'),
  }
}
