import { findRun } from '../../../activities/runs/run-store'
import { loadJob } from '../../../activities/runs/job-store'
import type { RunSummary } from '../../../schemas/run'
import type { CliIo } from '../cli-io'
import { followRun } from '../follow-run'
import { count, printOutcome, tell } from '../output'
import { runStatus } from '../run-status'
import { withSession, type Session } from '../session'
import { startRun, type NamedBatchInput } from '../start-run'

export interface RunBatchOptions {
  readonly batch: string
  readonly model?: string
  readonly shadow?: string
  readonly publish: boolean
  readonly detach?: true
  readonly json?: true
}

/** `run JOB`: starts the run of a batch and follows it. @returns 3 where a gate holds or rejects it, 130 after Ctrl-C */
export function runBatch(io: CliIo, job: string, options: RunBatchOptions): Promise<number> {
  return withSession(io, async (session) => {
    session.temporal().catch(() => undefined) // connects meanwhile; who asks next hears of an error
    await loadJob(session.connections.control, job) // a misspelt name is told here, before a workflow fails on it
    const { batch, model, shadow, publish } = options
    return startAndFollow(
      io,
      session,
      { job, batch, ...(model !== undefined && { model }), ...(shadow !== undefined && { shadow }), publish },
      options,
    )
  })
}

/** `run resume RUN`: the missing shards of a failed or cancelled run, then check and publish. */
export function resumeRun(io: CliIo, id: string, options: { detach?: true; json?: true }): Promise<number> {
  return withSession(io, async (session) => {
    const run = await findRun(session.connections.control, id)
    return startAndFollow(io, session, { job: run.job, batch: run.batch, resume: run.runId }, options)
  })
}

async function startAndFollow(
  io: CliIo,
  session: Session,
  input: NamedBatchInput,
  options: { readonly detach?: true; readonly json?: true },
): Promise<number> {
  const handle = await startRun(session, input)
  const { workflowId, firstExecutionRunId } = handle
  if (options.detach) {
    const started = { workflowId, firstRunId: firstExecutionRunId, job: input.job, batch: input.batch }
    printOutcome(io, options.json, started, [`Started ${workflowId}. Follow it: ${listCommand(input)}`])
    return 0
  }
  try {
    const summary = await followRun(io, session, handle, `${input.job} ${input.batch}`)
    if (summary === undefined) {
      const status = await runStatus(session.connections.control, firstExecutionRunId).catch(() => undefined)
      tell(io, 'Detached: the run goes on.')
      tell(io, `  follow  ${listCommand(input)}`)
      if (status) tell(io, `  cancel  nightscore run cancel ${shortId(status.runId)}`)
      return 130
    }
    printOutcome(io, options.json, summary, describeSummary(summary))
    // a run that was not to be published ends as rejected, too: that is what was asked for
    return summary.state === 'held' || (summary.state === 'rejected' && input.publish !== false) ? 3 : 0
  } catch (error) {
    const status = await runStatus(session.connections.control, firstExecutionRunId).catch(() => undefined)
    if (status) tell(io, whatNext(status))
    throw error
  }
}

/** A run that a gate held back has scored everything: there is nothing to resume. */
function whatNext({ runId, state }: { readonly runId: string; readonly state: string }): string {
  const id = shortId(runId)
  return state === 'rejected'
    ? `Run ${id} rejected, not published; its report: nightscore report ${id}`
    : `Run ${id} ${state}; resume it with: nightscore run resume ${id}`
}

/** Enough of a run id to type: `run show` and the others take the beginning of one. */
export function shortId(runId: string): string {
  return runId.slice(0, 8)
}

/** A run's outcome in a few lines. */
export function describeSummary({
  runId,
  job,
  batch,
  revision,
  model,
  state,
  shards,
  rows,
  rowsPerSecond,
  verdict,
  headline,
  hold,
}: RunSummary): string[] {
  return [
    `${job} ${batch}: ${state}, revision ${revision}, model ${model}, run ${runId}`,
    `  ${count(rows.read)} rows read = ${count(rows.scored)} scored + ${count(rows.quarantined)} quarantined + ${count(rows.filtered)} filtered`,
    `  ${count(shards)} ${shards === 1 ? 'shard' : 'shards'}, ${count(rowsPerSecond)} rows read/s`,
    ...(verdict === null ? [] : [`  ${verdict}: ${headline ?? 'no report yet'}`]),
    `  report: nightscore report ${shortId(runId)}`,
    ...(hold === undefined
      ? []
      : [
          `  held by ${hold.why}; readers see the former predictions`,
          `  decide: nightscore run approve ${shortId(runId)} --why "…", or reject; by ${hold.until.slice(0, 16).replace('T', ' ')} UTC it is rejected`,
        ]),
  ]
}

function listCommand({ job, batch }: NamedBatchInput): string {
  return `nightscore run list --job ${job} --batch ${batch}`
}
