import type {
  ScheduleDescription,
  ScheduleOptions,
  ScheduleOptionsStartWorkflowAction,
  ScheduleOverlapPolicy,
} from '@temporalio/client'
import { durationMs } from '../../schemas/duration'
import type { JobFile } from '../../schemas/job-file'
import { offsetAt } from '../../workflows/plan/zone-time'
import type { scoreBatch } from '../../workflows/score-batch'

/** What a job's Temporal Schedule is to be, in values that can be compared with what it is. */
export interface SchedulePlan {
  readonly cron: string
  readonly timezone: string
  readonly jitterMs: number
  readonly overlap: NonNullable<ScheduleOverlapPolicy>
  readonly catchUpMs: number
  readonly pauseOnFailure: boolean
  readonly note: string | null
  readonly taskQueue: string
  readonly workflowType: string
  /** Input of the workflow, as JSON. */
  readonly input: string
}

const overlaps = {
  'allow-all': 'ALLOW_ALL',
  skip: 'SKIP',
  'buffer-one': 'BUFFER_ONE',
  'buffer-all': 'BUFFER_ALL',
  'cancel-other': 'CANCEL_OTHER',
  'terminate-other': 'TERMINATE_OTHER',
} as const satisfies Record<NonNullable<JobFile['schedule']>['overlap'], ScheduleOverlapPolicy>

/** The id of a job's Temporal Schedule. */
export const scheduleId = (job: string): string => `${scheduleIdPrefix}${job}`
export const scheduleIdPrefix = 'nightscore/'

/** What the job file asks for; null: no schedule. */
export function plannedSchedule(
  { name, batch, schedule }: Pick<JobFile, 'name' | 'batch' | 'schedule'>,
  taskQueue: string,
): SchedulePlan | null {
  if (schedule === undefined) return null
  return {
    cron: schedule.cron.split(/\s+/).join(' '),
    timezone: zoneOfTimes(schedule.cron, batch.timezone),
    jitterMs: durationMs(schedule.jitter),
    overlap: overlaps[schedule.overlap],
    catchUpMs: durationMs(schedule.catchUp),
    pauseOnFailure: schedule.pauseOnFailure,
    note: schedule.note ?? null,
    taskQueue,
    workflowType: 'scoreBatch',
    input: JSON.stringify([{ job: name }]),
  }
}

/**
 * A start every hour comes at the same minutes in every zone that is whole hours off, so it is counted in UTC: of the hour that
 * comes twice in autumn, Temporal's server (1.32) starts only one in Berlin, London and Sydney.
 */
function zoneOfTimes(cron: string, timezone: string): string {
  const wholeHours = ['2026-01-01', '2026-07-01'].every(
    (day) => offsetAt(Date.parse(day), timezone) % 3_600_000 === 0,
  )
  return wholeHours && /^\S+(\s+\*){4}$/.test(cron) ? 'UTC' : timezone
}

/** What the server has. It keeps a cron line only as its comment, hence the comment that scheduleOptions gives it. */
export function scheduleInForce({ spec, policies, action }: ScheduleDescription): SchedulePlan {
  const { calendars = [], intervals = [], skip = [] } = spec
  const asApplied =
    calendars.length === 1 &&
    intervals.length + skip.length === 0 &&
    spec.startAt === undefined &&
    spec.endAt === undefined
  return {
    cron: (asApplied && calendars[0]?.comment) || 'changed by hand',
    timezone: spec.timezone ?? 'UTC',
    jitterMs: spec.jitter ?? 0,
    overlap: policies.overlap ?? 'SKIP',
    catchUpMs: policies.catchupWindow,
    pauseOnFailure: policies.pauseOnFailure,
    note: action.staticDetails ?? null,
    taskQueue: action.taskQueue,
    workflowType: action.workflowType,
    input: JSON.stringify(action.args),
  }
}

/** The fields in which two plans differ; none: they are the same. */
export function planDifferences(a: SchedulePlan, b: SchedulePlan): (keyof SchedulePlan)[] {
  return (Object.keys(a) as (keyof SchedulePlan)[]).filter((field) => a[field] !== b[field])
}

/**
 * The plan as Temporal takes it. Temporal appends the scheduled time to the workflow id; the batch comes from that time too, so
 * that a late or caught-up start scores the right one.
 */
export function scheduleOptions(
  job: string,
  plan: SchedulePlan,
): ScheduleOptions<ScheduleOptionsStartWorkflowAction<typeof scoreBatch>> {
  return {
    scheduleId: scheduleId(job),
    spec: {
      cronExpressions: [`${plan.cron} # ${plan.cron}`],
      timezone: plan.timezone,
      jitter: plan.jitterMs,
    },
    policies: {
      overlap: plan.overlap,
      catchupWindow: plan.catchUpMs,
      pauseOnFailure: plan.pauseOnFailure,
    },
    ...(plan.note !== null && { state: { note: plan.note } }),
    action: {
      type: 'startWorkflow',
      workflowType: 'scoreBatch',
      workflowId: `score/${job}`,
      taskQueue: plan.taskQueue,
      args: [{ job }],
      staticSummary: `Score ${job}`.slice(0, 200),
      ...(plan.note !== null && { staticDetails: plan.note }),
    },
  }
}
