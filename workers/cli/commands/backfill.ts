import { setTimeout as sleep } from 'node:timers/promises'
import { WorkflowExecutionAlreadyStartedError, type WorkflowHandle } from '@temporalio/client'
import { loadJob } from '../../../activities/runs/job-store'
import type { BackfillInput, BackfillProgress, BackfillSummary } from '../../../schemas/backfill'
import { NightscoreError } from '../../../schemas/errors'
import type { backfill } from '../../../workflows/backfill'
import { batchesLeft } from '../../../workflows/plan/backfill-details'
import type { CliIo } from '../cli-io'
import { followWorkflow } from '../follow-workflow'
import { count, printOutcome, tell } from '../output'
import { withSession, type Session } from '../session'

export interface BackfillOptions {
  readonly from: string
  readonly to: string
  readonly inFlight: number
  readonly redo?: true
  readonly stopOnFailure?: true
  readonly model?: string
  readonly detach?: true
  readonly json?: true
}

/** Between two looks at how far it is, in milliseconds. */
const lookEveryMs = 2_000

/**
 * `backfill JOB --from A --to B`: scores a range of batches and follows it. One backfill of a job at a time.
 * @returns 1 where a batch failed, 3 where one is held, 130 after Ctrl-C
 */
export function backfillJob(io: CliIo, job: string, options: BackfillOptions): Promise<number> {
  return withSession(io, async (session) => {
    await loadJob(session.connections.control, job) // a misspelt name is told here, before a workflow fails on it
    const { from, to, inFlight, redo = false, stopOnFailure = false, model } = options
    const handle = await start(session, {
      ...{ job, from, to, inFlight, redo, stopOnFailure },
      ...(model !== undefined && { model }),
    })
    const { workflowId } = handle
    if (options.detach) {
      const started = { workflowId, job, from, to }
      printOutcome(io, options.json, started, [`Started ${workflowId}: ${job} ${from} to ${to}.`])
      return 0
    }
    const ended = new AbortController()
    const watching = tellProgress(io, handle, ended.signal)
    const summary = await followWorkflow(io, session, handle).finally(() => ended.abort())
    await watching
    if (summary === undefined) {
      tell(io, `Detached: the backfill goes on. Its runs: nightscore run list --job ${job}`)
      return 130
    }
    printOutcome(io, options.json, summary, summaryLines(summary))
    return summary.failed > 0 ? 1 : summary.held > 0 ? 3 : 0
  })
}

async function start(session: Session, input: BackfillInput) {
  const client = await session.temporal()
  const workflowId = `backfill/${input.job}`
  try {
    return await client.workflow.start<typeof backfill>('backfill', {
      taskQueue: session.config.taskQueue,
      workflowId,
      args: [input],
      staticSummary: `Backfill ${input.job} ${input.from} to ${input.to}`.slice(0, 200),
    })
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error
    throw new NightscoreError('RUN_IN_PROGRESS', {
      found: `workflow ${workflowId} under way`,
      expected: 'no other backfill of this job',
      fix: 'Wait for it, or cancel it in the Temporal UI; started again, a backfill skips what is published.',
      cause: error,
    })
  }
}

/** A line at each change. Errors of looking are passed over: what is shown must not end what is shown. */
async function tellProgress(
  io: CliIo,
  handle: WorkflowHandle<typeof backfill>,
  signal: AbortSignal,
): Promise<void> {
  let told: string | undefined
  for (;;) {
    await sleep(lookEveryMs, undefined, { signal }).catch(() => undefined)
    if (signal.aborted) return
    const progress = await handle.query<BackfillProgress>('progress').catch(() => undefined)
    const line = progress && progress.batches > 0 ? progressLine(progress) : undefined
    if (line !== undefined && line !== told) tell(io, line)
    told = line ?? told
  }
}

function progressLine(progress: BackfillProgress): string {
  const { job, batches, underWay } = progress
  const under = underWay.length > 0 ? `; under way: ${underWay.join(', ')}` : ''
  return `${job}  ${count(batches - batchesLeft(progress))}/${count(batches)} batches${counts(progress)}${under}`
}

function counts({ skipped, held, failed }: Pick<BackfillProgress, 'skipped' | 'held' | 'failed'>): string {
  return Object.entries({ skipped, held, failed })
    .map(([name, value]) => (value > 0 ? `, ${count(value)} ${name}` : ''))
    .join('')
}

function summaryLines(summary: BackfillSummary): string[] {
  const { job, from, to, batches, published, notStarted, firstFailures, seconds } = summary
  return [
    `${job} ${from} to ${to}: ${count(batches)} batches, ${count(published)} published${counts(summary)}` +
      `${notStarted > 0 ? `, ${count(notStarted)} not started` : ''}, in ${count(seconds)} s`,
    ...firstFailures.map(({ batch, message }) => `  ${batch}: ${message}`),
  ]
}
