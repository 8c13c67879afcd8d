import type { Client } from '@temporalio/client'
import type { Pool } from 'pg'
import { listSchedules } from '../../schedules/list-schedules'
import { ok, warn, type Check, type Finding } from './check'

/** Do Temporal's schedules say what the jobs in force say? */
export function scheduleChecks(client: Client, pool: Pool, taskQueue: string): Check[] {
  return [{ name: 'schedules', run: () => schedules(client, pool, taskQueue) }]
}

async function schedules(client: Client, pool: Pool, taskQueue: string): Promise<Finding> {
  const found = await listSchedules(client, pool, taskQueue)
  const wrong = found.filter(
    ({ state, differs }) => state === 'missing' || state === 'orphan' || differs.length > 0,
  )
  if (wrong.length > 0)
    return warn(
      wrong
        .map(
          ({ job, state, differs }) =>
            `${job}: ${differs.length > 0 ? `other ${differs.join(', ')}` : state}`,
        )
        .join('; '),
      'Apply the job’s file again; nightscore schedule list tells more.',
    )
  const paused = found.filter(({ state }) => state === 'paused').length
  return ok(`${found.length} as their jobs say${paused > 0 ? `, ${paused} paused` : ''}`)
}
