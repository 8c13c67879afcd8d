import { randomUUID } from 'node:crypto'
import { droppedKinds, type MaintainSummary } from '../../../schemas/maintenance'
import type { maintain } from '../../../workflows/maintain'
import type { CliIo } from '../cli-io'
import { followWorkflow } from '../follow-workflow'
import { count, printOutcome, tell } from '../output'
import { withSession } from '../session'
import { textTable } from '../text-table'

export interface MaintainOptions {
  readonly dryRun?: true
  readonly days?: number
  readonly json?: true
}

/** `maintain`: starts the workflow and waits for it. @returns 1 where something could not be dropped, 130 after Ctrl-C */
export function maintainNow(io: CliIo, { dryRun, days, json }: MaintainOptions): Promise<number> {
  return withSession(io, async (session) => {
    const client = await session.temporal()
    const workflowId = `maintain/${randomUUID()}`
    tell(io, `Workflow ${workflowId}`)
    const handle = await client.workflow.start<typeof maintain>('maintain', {
      taskQueue: session.config.taskQueue,
      workflowId,
      args: [{ dryRun: dryRun === true, ...(days !== undefined && { retentionDays: days }) }],
      staticSummary: dryRun ? 'What retention does not keep' : 'Drop what retention does not keep',
    })
    const summary = await followWorkflow(io, session, handle)
    if (summary === undefined) {
      tell(io, `Detached: the maintenance goes on, as workflow ${workflowId}.`)
      return 130
    }
    printOutcome(io, json, summary, lines(summary))
    return summary.errors.length === 0 ? 0 : 1
  })
}

function lines({ dropped, bytes, dryRun, errors, jobs }: MaintainSummary): string[] {
  const table = textTable(
    [
      { title: dryRun ? 'WOULD BE DROPPED' : 'DROPPED' },
      { title: 'COUNT', align: 'right' },
      { title: 'MB', align: 'right' },
    ],
    dropped.map((one) => [droppedKinds[one.kind], count(one.count), megabytes(one.bytes)]),
  )
  const sum = `${jobs} ${jobs === 1 ? 'job' : 'jobs'}, ${megabytes(bytes)} MB${dryRun ? ' would be' : ''} freed.`
  return [
    ...(dropped.length === 0 ? [`Nothing ${dryRun ? 'is' : 'was'} to be dropped.`] : [...table, sum]),
    ...errors.map((error) => `Left to the next time: ${error}`),
  ]
}

const megabytes = (bytes: number): string => (bytes / 1_000_000).toFixed(1)
