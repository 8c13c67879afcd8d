import { ScheduleNotFoundError, ScheduleOverlapPolicy, type ScheduleHandle } from '@temporalio/client'
import { loadJob } from '../../../activities/runs/job-store'
import { NightscoreError } from '../../../schemas/errors'
import { batchOfTime } from '../../../workflows/plan/batch-of-time'
import { listSchedules, type JobSchedule } from '../../schedules/list-schedules'
import { scheduleId } from '../../schedules/schedule-plan'
import { watchScheduleId } from '../../schedules/watch-plan'
import type { CliIo } from '../cli-io'
import { printOutcome } from '../output'
import { operator, withSession, type Session } from '../session'
import { textTable } from '../text-table'

interface Json {
  readonly json?: true
}

/** `schedule list`: when jobs run next, what ran last, what is paused and why. */
export function printSchedules(io: CliIo, { json }: Json): Promise<void> {
  return withSession(io, async ({ config, connections, temporal }) => {
    const schedules = await listSchedules(await temporal(), connections.control, config.taskQueue)
    printOutcome(io, json, schedules, schedules.length === 0 ? ['No schedules.'] : scheduleLines(schedules))
  })
}

function scheduleLines(schedules: readonly JobSchedule[]): string[] {
  return [
    ...textTable(
      [
        { title: 'JOB' },
        { title: 'CRON' },
        { title: 'ZONE' },
        { title: 'STATE' },
        { title: 'NEXT' },
        { title: 'LAST' },
      ],
      schedules.map(({ job, cron, timezone, state, nextTimes, lastRuns: [last] }) => [
        job,
        cron,
        timezone,
        state,
        nextTimes[0] === undefined ? '' : localTime(nextTimes[0], timezone),
        last === undefined ? '' : `${last.batch ?? '?'} ${last.state ?? 'not opened'}`,
      ]),
    ),
    ...schedules.flatMap((schedule) => remarks(schedule).map((line) => `${schedule.job}: ${line}`)),
  ]
}

function remarks({ job, state, note, differs, missed, due }: JobSchedule): string[] {
  return [
    ...(due === null ? [] : [`late ${due} after its time: then its webhook is told.`]),
    ...(state === 'paused' ? [`paused: ${note ?? 'no reason given'}`] : []),
    ...(state === 'missing' ? ['Temporal has no such schedule; apply the job file again.'] : []),
    ...(state === 'orphan'
      ? [`no job in force asks for it. Delete it in the Temporal UI: ${scheduleId(job)}`]
      : []),
    ...(differs.length > 0 ? [`other than in the job file: ${differs.join(', ')}; apply it again.`] : []),
    ...(missed > 0
      ? [`${missed} ${missed === 1 ? 'start was' : 'starts were'} left out (catchUp, overlap).`]
      : []),
  ]
}

/** 2013-07-04 02:00 in the zone of the schedule. */
function localTime(time: string, timeZone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' }).format(
    new Date(time),
  )
}

/** `schedule pause JOB`: no run starts by itself until it is resumed; runs under way go on. */
export function pauseSchedule(io: CliIo, job: string, options: Json & { why?: string }): Promise<void> {
  return changeState(io, job, options, 'paused', (handle, note) => handle.pause(note))
}

/** `schedule resume JOB`: what was due while it was paused is not made up for: see backfill. */
export function resumeSchedule(io: CliIo, job: string, options: Json & { why?: string }): Promise<void> {
  return changeState(io, job, options, 'resumed', (handle, note) => handle.unpause(note))
}

function changeState(
  io: CliIo,
  job: string,
  { json, why }: Json & { why?: string },
  done: 'paused' | 'resumed',
  change: (handle: ScheduleHandle, note: string) => Promise<void>,
): Promise<void> {
  return withSession(io, async (session) => {
    const note = why === undefined ? `${done} by ${operator()}` : `${why} (${done} by ${operator()})`
    await onSchedule(session, job, (handle) => change(handle, note))
    await onWatch(session, job, (handle) => change(handle, note))
    printOutcome(io, json, { job, state: done, note }, [`${job}: schedule ${done}. ${note}`])
  })
}

/** `schedule trigger JOB`: starts at once what the schedule would start now, beside what runs already. */
export function triggerSchedule(io: CliIo, name: string, { json }: Json): Promise<void> {
  return withSession(io, async (session) => {
    const job = await loadJob(session.connections.control, name)
    await onSchedule(session, name, (handle) => handle.trigger(ScheduleOverlapPolicy.ALLOW_ALL))
    const batch = batchOfTime(job.batch, new Date().toISOString())
    printOutcome(io, json, { job: name, batch }, [
      `${name}: the run of ${batch} starts. Follow it: nightscore run list --job ${name} --batch ${batch}`,
    ])
  })
}

/** Nothing is late that is not to start. */
async function onWatch(
  { temporal }: Session,
  job: string,
  work: (handle: ScheduleHandle) => Promise<void>,
): Promise<void> {
  try {
    await work((await temporal()).schedule.getHandle(watchScheduleId(job)))
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error // most jobs have none
  }
}

/** @throws NightscoreError JOB_NOT_FOUND, SCHEDULE_NOT_FOUND */
async function onSchedule(
  { connections, temporal }: Session,
  job: string,
  work: (handle: ScheduleHandle) => Promise<void>,
): Promise<void> {
  await loadJob(connections.control, job) // a misspelt name is told with the nearest one
  try {
    await work((await temporal()).schedule.getHandle(scheduleId(job)))
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error
    throw new NightscoreError('SCHEDULE_NOT_FOUND', {
      found: `no schedule ${scheduleId(job)} in Temporal`,
      expected: 'a job whose file has schedule:',
      cause: error,
    })
  }
}
