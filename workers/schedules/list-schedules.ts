import type { Client, ScheduleDescription } from '@temporalio/client'
import type { Pool } from 'pg'
import { listJobs } from '../../activities/runs/job-store'
import type { JobSnapshot } from '../../schemas/job-file'
import type { RunState } from '../../schemas/run'
import { planDifferences, plannedSchedule, scheduleIdPrefix, scheduleInForce } from './schedule-plan'
import { describeSchedule } from './sync-schedule'
import { isWatched } from './watch-plan'

/** A run that a schedule started. */
export interface ScheduledRun {
  readonly workflowId: string
  readonly scheduledAt: string
  /** null: the workflow has not opened its run yet, or could not. */
  readonly batch: string | null
  readonly state: RunState | null
}

/** A job's schedule, as its file says and as Temporal has it. */
export interface JobSchedule {
  readonly job: string
  readonly cron: string
  readonly timezone: string
  /** missing: only the file has it; orphan: only Temporal has it. */
  readonly state: 'active' | 'paused' | 'missing' | 'orphan'
  /** Why it is paused, or the job's note. */
  readonly note: string | null
  /** In what Temporal differs from the file: field names; it is mended by applying the file. */
  readonly differs: readonly string[]
  readonly nextTimes: readonly string[]
  /** The newest first, at most 10. */
  readonly lastRuns: readonly ScheduledRun[]
  /** Starts that an outage longer than catchUp, or overlap, left out. */
  readonly missed: number
  /** schedule.due, where somebody is to hear of late batches; else null. */
  readonly due: string | null
}

/** The schedules of all jobs in force, and those in Temporal on this task queue that no job asks for; by job. */
export async function listSchedules(client: Client, pool: Pool, taskQueue: string): Promise<JobSchedule[]> {
  const jobs = await listJobs(pool)
  const planned = new Map(jobs.map((job) => [job.name, plannedSchedule(job, taskQueue)]))
  const names = new Set([...planned].flatMap(([name, plan]) => (plan === null ? [] : [name])))
  for await (const { scheduleId } of client.schedule.list())
    if (scheduleId.startsWith(scheduleIdPrefix)) names.add(scheduleId.slice(scheduleIdPrefix.length))
  const schedules = await Promise.all(
    [...names].sort().map(async (job): Promise<JobSchedule | null> => {
      const [plan, found] = [planned.get(job) ?? null, await describeSchedule(client, job)]
      const inForce = found && scheduleInForce(found)
      // another installation's, or of another purpose
      if (plan === null && (inForce?.taskQueue !== taskQueue || inForce.workflowType !== 'scoreBatch'))
        return null
      const { cron, timezone } = plan ?? inForce ?? { cron: '', timezone: '' }
      return {
        job,
        cron,
        timezone,
        state: plan === null ? 'orphan' : !found ? 'missing' : found.state.paused ? 'paused' : 'active',
        note: found?.state.note ?? null,
        differs: plan !== null && inForce ? planDifferences(plan, inForce) : [],
        nextTimes:
          found && !found.state.paused ? found.info.nextActionTimes.map((time) => time.toISOString()) : [],
        lastRuns: found ? await lastRuns(pool, found) : [],
        missed: found ? found.info.numActionsMissedCatchupWindow + found.info.numActionsSkippedOverlap : 0,
        due: dueOf(jobs.find(({ name }) => name === job)),
      }
    }),
  )
  return schedules.filter((schedule) => schedule !== null)
}

function dueOf(job: JobSnapshot | undefined): string | null {
  return job !== undefined && isWatched(job) ? (job.schedule?.due ?? null) : null
}

async function lastRuns(pool: Pool, { info }: ScheduleDescription): Promise<ScheduledRun[]> {
  const started = info.recentActions.map(({ scheduledAt, action: { workflow } }) => ({
    workflowId: workflow.workflowId,
    firstRunId: workflow.firstExecutionRunId,
    scheduledAt: scheduledAt.toISOString(),
  }))
  // by the workflow's id, since a held run belongs to another workflow by then
  const { rows } = await pool.query<{ workflowId: string; batch: string; state: RunState }>(
    `SELECT DISTINCT ON (workflow_id) workflow_id AS "workflowId", batch, state FROM nightscore.run
     WHERE workflow_id = ANY ($1) OR workflow_id = ANY (SELECT id || '/hold' FROM unnest($1) AS id) ORDER BY workflow_id, opened_at DESC`,
    [started.map(({ workflowId }) => workflowId)],
  )
  const byId = new Map(rows.map((row) => [row.workflowId.replace(/\/hold$/, ''), row]))
  return started.reverse().map(({ workflowId, scheduledAt }) => {
    const { batch, state } = byId.get(workflowId) ?? { batch: null, state: null }
    return { workflowId, scheduledAt, batch, state }
  })
}
