import { randomUUID } from 'node:crypto'
import { droppedKinds, type MaintainSummary } from '../../../schemas/maintenance'
import type { maintain } from '../../../workflows/maintain'
import type { CliIo } from '../cli-io'
import { count, printOutcome, tell } from '../output'
import { withSession } from '../session'
import { textTable } from '../text-table'

export interface MaintainOptions {
  readonly dryRun?: true
  readonly days?: number
  readonly json?: true
}

/** `maintain`: starts the workflow and waits for it. @returns 1 where something could not be dropped */
export function maintainNow(io: CliIo, { dryRun, days, json }: MaintainOptions): Promise<number> {
  return withSession(io, async ({ config, temporal }) => {
    const client = await temporal()
    const workflowId = `maintain/${randomUUID()}`
    tell(io, `Workflow ${workflowId}`)
    const summary = await client.workflow.execute<typeof maintain>('maintain', {
      taskQueue: config.taskQueue,
      workflowId,
      args: [{ dryRun: dryRun === true, ...(days !== undefined && { retentionDays: days }) }],
      staticSummary: dryRun ? 'What retention does not keep' : 'Drop what retention does not keep',
    })
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
