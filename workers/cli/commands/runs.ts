import { publicationChanges, type PublicationChange } from '../../../activities/runs/publication-changes'
import { findRun, listRuns, type RunRecord } from '../../../activities/runs/run-store'
import { shadowShare } from '../../../activities/runs/shadow-share'
import { NightscoreError } from '../../../schemas/errors'
import { activeStates, type RunState } from '../../../schemas/run'
import type { CliIo } from '../cli-io'
import { abandoned } from '../closed-workflow'
import { count, printOutcome, tell } from '../output'
import { withSession } from '../session'
import { textTable } from '../text-table'
import { shortId } from './run-batch'

interface Json {
  readonly json?: true
}

/** `run list`: the newest runs first. */
export function printRuns(
  io: CliIo,
  options: Json & { job?: string; batch?: string; limit: number },
): Promise<void> {
  return withSession(io, async ({ connections }) => {
    const runs = await listRuns(connections.control, options)
    printOutcome(io, options.json, runs.map(withoutPlan), runs.length === 0 ? ['No runs.'] : runTable(runs))
  })
}

function runTable(runs: readonly RunRecord[]): string[] {
  return textTable(
    [
      { title: 'RUN' },
      { title: 'JOB' },
      { title: 'BATCH' },
      { title: 'REV', align: 'right' },
      { title: 'MODEL' },
      { title: 'STATE' },
      { title: 'VERDICT' },
      { title: 'SHARDS', align: 'right' },
      { title: 'SCORED', align: 'right' },
      { title: 'QUARANTINED', align: 'right' },
      { title: 'OPENED' },
    ],
    runs.map((run) => [
      shortId(run.runId),
      run.job,
      run.batch,
      String(run.revision),
      `${run.model}@${run.modelVersion}`,
      run.state,
      run.verdict ?? '',
      `${run.shardsDone}/${run.shards ?? '?'}`,
      run.rows ? count(run.rows.scored) : '',
      run.rows ? count(run.rows.quarantined) : '',
      time(run.openedAt),
    ]),
  )
}

/** `run show RUN`: everything on record about it, and why rows were quarantined. */
export function printRun(io: CliIo, id: string, { json }: Json): Promise<void> {
  return withSession(io, async ({ connections }) => {
    const run = await findRun(connections.control, id)
    const { rows: quarantined } = await connections.control.query<QuarantineCount>(
      `SELECT reason_code AS reason, column_name AS column, count(*)::int AS rows, min(detail) AS example
       FROM nightscore.quarantine WHERE run_id = $1 GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2`,
      [run.runId],
    )
    const share = await shadowShare(connections.control, run.runId)
    const rollbacks = await publicationChanges(connections.control, run.runId)
    printOutcome(
      io,
      json,
      { ...run, shadowShare: share, rollbacks, quarantined },
      runLines(run, shadowLines(run, share), rollbacks.map(rollbackLine), quarantined),
    )
  })
}

interface QuarantineCount {
  readonly reason: string
  readonly column: string | null
  readonly rows: number
  readonly example: string
}

/** Which model was scored beside the run's own, and at what cost; or why none was. */
function shadowLines({ shadow, shadowError }: RunRecord, share: number | null): string[] {
  if (shadowError !== null) return [`shadow      not scored: ${shadowError}`]
  if (shadow === null) return []
  const cost = share === null ? '' : `, ${(share * 100).toFixed(1)} % of the shards’ time`
  return [`shadow      ${shadow.model}@${shadow.version}${cost}`]
}

function runLines(
  run: RunRecord,
  shadow: readonly string[],
  rollbacks: readonly string[],
  quarantined: readonly QuarantineCount[],
): string[] {
  const { rows } = run
  const times: [string, Date | null][] = [
    ['opened', run.openedAt],
    ['planned', run.plannedAt],
    ['scored', run.scoredAt],
    ['checked', run.checkedAt],
    ['published', run.publishedAt],
    ['ended', run.endedAt],
  ]
  return [
    `run         ${run.runId}`,
    `job         ${run.job}, revision ${run.jobRevision}`,
    `batch       ${run.batch}, revision ${run.revision}`,
    `model       ${run.model}@${run.modelVersion}`,
    ...shadow,
    `state       ${run.state}`,
    ...(run.verdict === null ? [] : [`verdict     ${run.verdict}: ${run.headline ?? 'no report'}`]),
    ...holdLines(run),
    `workflow    ${run.workflowId}`,
    `shards      ${run.shardsDone} of ${run.shards ?? '?'}`,
    ...(rows
      ? [
          `rows        ${count(rows.read)} read = ${count(rows.scored)} scored + ${count(rows.quarantined)} quarantined + ${count(rows.filtered)} filtered`,
        ]
      : []),
    ...times.flatMap(([name, at]) => (at ? [`${name.padEnd(11)} ${time(at)}`] : [])),
    ...rollbacks,
    ...(run.errorCode === null ? [] : [`error       ${run.errorMessage ?? ''} [${run.errorCode}]`]),
    ...(quarantined.length === 0
      ? []
      : [
          '',
          ...textTable(
            [
              { title: 'QUARANTINED', align: 'right' },
              { title: 'REASON' },
              { title: 'COLUMN' },
              { title: 'EXAMPLE' },
            ],
            quarantined.map((one) => [
              count(one.rows),
              one.reason,
              one.column ?? '',
              one.example.slice(0, 80),
            ]),
          ),
        ]),
  ]
}

function holdLines({ hold }: RunRecord): string[] {
  if (hold === null) return []
  const decided =
    hold.decision === null
      ? `to be decided by ${time(new Date(hold.until))}`
      : `${hold.decision} by ${hold.decidedBy} ${hold.decidedAt === null ? '' : time(new Date(hold.decidedAt))}: ${hold.decisionWhy}`
  return [`held        ${hold.why}`, `            ${decided}`]
}

/** The batch swapped back, from this run or to it. */
function rollbackLine({ fromRevision, toRevision, changedAt, changedBy, why }: PublicationChange): string {
  return `rolled back ${time(changedAt)} from revision ${fromRevision} to ${toRevision} by ${changedBy}: ${why}`
}

/** `run cancel RUN`: asks its workflow to stop, and waits until the run is closed. @throws NightscoreError RUN_STATE */
export function cancelRun(io: CliIo, id: string, { json }: Json): Promise<void> {
  return withSession(io, async (session) => {
    const { control } = session.connections
    const run = await findRun(control, id)
    if (!isActive(run.state))
      throw new NightscoreError('RUN_STATE', {
        found: `run ${run.runId} ${run.state}`,
        expected: 'a run under way',
      })
    const client = await session.temporal()
    const handle = client.workflow.getHandle(run.workflowId, undefined, {
      firstExecutionRunId: run.firstRunId,
    })
    await handle.cancel()
    tell(io, `Cancelling run ${shortId(run.runId)}: shards under way are stopped ...`)
    await handle.result().catch(() => undefined) // however it ended: the run's record tells
    const after = await findRun(control, run.runId)
    if (isActive(after.state)) throw abandoned(after) // cancelling a terminated workflow is no error to Temporal
    printOutcome(io, json, withoutPlan(after), [
      `Run ${shortId(run.runId)} of ${run.job} ${run.batch}: ${after.state}.`,
    ])
  })
}

function isActive(state: RunState): boolean {
  return (activeStates as readonly RunState[]).includes(state)
}

/** How shards are read is long and of interest for one run only: `run show --json`. */
function withoutPlan({ plan: _plan, ...run }: RunRecord): Omit<RunRecord, 'plan'> {
  return run
}

function time(at: Date): string {
  return at
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, 'Z')
}
