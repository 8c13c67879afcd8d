import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { composeAlert } from '../../../activities/alerts/compose-alert'
import { listAlerts, loadAlert, type AlertRecord } from '../../../activities/alerts/list-alerts'
import { recordAlert } from '../../../activities/alerts/record-alert'
import { loadJob } from '../../../activities/runs/job-store'
import { NightscoreError } from '../../../schemas/errors'
import type { deliverAlert } from '../../../workflows/deliver-alert'
import type { CliIo } from '../cli-io'
import { printOutcome } from '../output'
import { withSession } from '../session'
import { textTable } from '../text-table'

interface Json {
  readonly json?: true
}

/** How long a test is waited for, in milliseconds: a receiver that is down is tried for a day. */
const testPatienceMs = 30_000

/** `alert list`: the newest first. */
export function printAlerts(
  io: CliIo,
  { json, ...filter }: Json & { job?: string; limit: number },
): Promise<void> {
  return withSession(io, async ({ connections }) => {
    const alerts = await listAlerts(connections.control, filter)
    printOutcome(io, json, alerts, alerts.length === 0 ? ['No alerts.'] : alertTable(alerts))
  })
}

function alertTable(alerts: readonly AlertRecord[]): string[] {
  return textTable(
    [
      { title: 'CREATED' },
      { title: 'JOB' },
      { title: 'BATCH' },
      { title: 'EVENT' },
      { title: 'STATE' },
      { title: 'TRIES', align: 'right' },
      { title: 'ERROR' },
    ],
    alerts.map(({ createdAt, job, batch, event, state, attempts, lastError }) => [
      createdAt.toISOString().slice(0, 19).replace('T', ' '),
      job,
      batch ?? '',
      event,
      state,
      String(attempts),
      lastError ?? '',
    ]),
  )
}

/** `alert test JOB`: by a worker, since the URL is in its environment. @returns 1 where the receiver did not take it */
export function testAlert(io: CliIo, name: string, { json }: Json): Promise<number> {
  return withSession(io, async ({ config, connections, temporal }) => {
    const { control } = connections
    const job = await loadJob(control, name)
    if (job.alerts === undefined)
      throw new NightscoreError('INPUT_INVALID', {
        found: `job "${name}" without alerts`,
        expected: 'alerts: { webhook: NIGHTSCORE_CONNECTION_… } in its file',
      })
    const at = new Date().toISOString()
    const payload = composeAlert({ event: 'test', job: name, batch: null, at, run: null })
    const alert = await recordAlert(control, `test ${name} ${randomUUID()}`, payload)
    if (alert === null) throw new Error('a new cause was told before')
    const handle = await (
      await temporal()
    ).workflow.start<typeof deliverAlert>('deliverAlert', {
      taskQueue: config.taskQueue,
      workflowId: `alert/${alert.alertId}`,
      args: [alert],
      workflowRunTimeout: testPatienceMs,
      staticSummary: `Alert: test of ${name}`.slice(0, 200),
    })
    await Promise.race([
      handle.result().catch(() => undefined),
      sleep(testPatienceMs, undefined, { ref: false }),
    ])
    const tried = await loadAlert(control, alert.alertId)
    const { state, responseStatus, lastError } = tried
    printOutcome(io, json, tried, [
      state === 'sent'
        ? `The receiver took it: status ${responseStatus}.`
        : (lastError ?? 'No worker tried to send it. Start one: nightscore worker.'),
    ])
    return state === 'sent' ? 0 : 1
  })
}
