import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client'
import type { BackfillInput, BackfillProgress, BackfillSummary } from '../../schemas/backfill'
import { NightscoreError } from '../../schemas/errors'
import type { backfill } from '../../workflows/backfill'
import { batchesLeft } from '../../workflows/plan/backfill-details'
import type { CliIo } from './cli-io'
import { followWorkflow } from './follow-workflow'
import { count, tell } from './output'
import type { Session } from './session'

const backfillId = (job: string): string => `backfill/${job}`

function underWay(workflowId: string, cause?: unknown): NightscoreError {
  return new NightscoreError('RUN_IN_PROGRESS', {
    found: `workflow ${workflowId} under way`,
    expected: 'no other backfill of this job',
    fix: 'Wait for it, or cancel it in the Temporal UI; started again, a backfill skips what is published.',
    cause,
  })
}

/** @throws NightscoreError RUN_IN_PROGRESS where a backfill of the job could not be started now; TEMPORAL_UNREACHABLE */
export async function refuseBackfillUnderWay(session: Session, job: string): Promise<void> {
  const client = await session.temporal()
  try {
    const { status } = await client.workflow.getHandle(backfillId(job)).describe()
    if (status.name === 'RUNNING') throw underWay(backfillId(job))
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error
  }
}

/**
 * Starts a backfill. One of a job at a time.
 * @throws NightscoreError RUN_IN_PROGRESS
 */
export async function startBackfill(session: Session, input: BackfillInput) {
  const client = await session.temporal()
  const workflowId = backfillId(input.job)
  try {
    return await client.workflow.start<typeof backfill>('backfill', {
      taskQueue: session.config.taskQueue,
      workflowId,
      args: [input],
      staticSummary: `Backfill ${input.job} ${input.from} to ${input.to}`.slice(0, 200),
    })
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error
    throw underWay(workflowId, error)
  }
}

/**
 * Follows a backfill to its end, with a line at each change.
 * @returns undefined where Ctrl-C ended the following: the backfill goes on
 */
export async function followBackfill(
  io: CliIo,
  session: Session,
  handle: Awaited<ReturnType<typeof startBackfill>>,
): Promise<BackfillSummary | undefined> {
  const summary = await followWorkflow(io, session, handle, progressLine)
  if (summary === undefined)
    tell(
      io,
      `Detached: the backfill goes on. Its runs: nightscore run list --job ${handle.workflowId.slice('backfill/'.length)}`,
    )
  return summary
}

/** What a command ends with: 1 where a batch failed, 3 where one is held. */
export const backfillExitCode = ({ failed, held }: BackfillSummary): number =>
  failed > 0 ? 1 : held > 0 ? 3 : 0

function progressLine(progress: BackfillProgress): string | undefined {
  const { job, batches, underWay } = progress
  if (batches === 0) return undefined
  const under = underWay.length > 0 ? `; under way: ${underWay.join(', ')}` : ''
  return `${job}  ${count(batches - batchesLeft(progress))}/${count(batches)} batches${counts(progress)}${under}`
}

function counts({ skipped, held, failed }: Pick<BackfillProgress, 'skipped' | 'held' | 'failed'>): string {
  return Object.entries({ skipped, held, failed })
    .map(([name, value]) => (value > 0 ? `, ${count(value)} ${name}` : ''))
    .join('')
}

/** A backfill for people. */
export function backfillLines(summary: BackfillSummary): string[] {
  const { job, from, to, batches, published, notStarted, firstFailures, seconds } = summary
  return [
    `${job} ${from} to ${to}: ${count(batches)} batches, ${count(published)} published${counts(summary)}` +
      `${notStarted > 0 ? `, ${count(notStarted)} not started` : ''}, in ${count(seconds)} s`,
    ...firstFailures.map(({ batch, message }) => `  ${batch}: ${message}`),
  ]
}
