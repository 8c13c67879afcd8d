import { setTimeout as sleep } from 'node:timers/promises'
import type { Client, WorkflowExecutionInfo } from '@temporalio/client'
import { cleanUp } from '../stack/clean-up'
import { startScenario } from '../stack/scenario'
import { type History, writeHistories } from './history-file'
import { plays } from './plays'

/** `npm run histories`: goes through the plays with real servers and a real worker, and keeps the histories of their workflows. */
test.each(Object.keys(plays))(
  '%s',
  async (name) => {
    try {
      const scenario = await startScenario()
      await plays[name]!(scenario)
      const { temporal, taskQueue } = scenario
      const histories = new Map<string, History>()
      for (const { type, status, workflowId, runId } of await executions(temporal, taskQueue)) {
        const key = `${type}.${status.name.toLowerCase().replaceAll('_', '-')}`
        if (!histories.has(key))
          histories.set(key, await temporal.workflow.getHandle(workflowId, runId).fetchHistory())
      }
      writeHistories(name, histories)
      const told = [...histories].map(([key, { events }]) => `${key} (${events?.length ?? 0} events)`)
      process.stdout.write(`${name}: ${told.join(', ')}\n`)
    } finally {
      await cleanUp()
    }
  },
  600_000,
)

/** All workflows of a task queue, the longest history first. The server lists them a moment after they change: until two looks agree. */
async function executions(temporal: Client, taskQueue: string): Promise<WorkflowExecutionInfo[]> {
  for (let before = '-'; ;) {
    const found: WorkflowExecutionInfo[] = []
    for await (const one of temporal.workflow.list({ query: `TaskQueue = '${taskQueue}'` })) found.push(one)
    const seen = found.map(({ runId, status }) => `${runId} ${status.name}`).join()
    if (found.length > 0 && seen === before) return found.sort((a, b) => b.historyLength - a.historyLength)
    before = seen
    await sleep(1_000)
  }
}
