import { promoteVersion, type GatedMove } from '../../activities/promotion/promote-version'
import { readModelKeys } from '../../activities/scoring/model-keys'
import type { ComparisonSummary } from '../../schemas/comparison'
import type { RollbackSummary } from '../../schemas/rollback'
import type { RunSummary } from '../../schemas/run'
import type { CliIo } from './cli-io'
import { demoNights } from './demo-nights'
import { followComparison, startComparison } from './follow-comparison'
import { followRun } from './follow-run'
import { followWorkflow } from './follow-workflow'
import { count, tell } from './output'
import { operator, type Session } from './session'
import { startRollback } from './start-rollback'
import { startRun } from './start-run'

const job = 'flights-late'
const [firstNight = '', lastNight = ''] = [demoNights[0], demoNights.at(-1)]

/** What became of the challenger. */
export interface Challenge {
  readonly comparison: ComparisonSummary
  readonly promotion: GatedMove
  /** The last night, scored with the new champion. */
  readonly run: RunSummary
  readonly rollback: RollbackSummary
}

/**
 * The challenger that the nights of July were scored with in shadow is compared with the champion on their labels, promoted where
 * that says it is not worse, scores the last night, and that night is rolled back.
 * @returns undefined after Ctrl-C
 * @throws NightscoreError PROMOTION_REFUSED
 */
export async function tryChallenger(
  io: CliIo,
  session: Session,
  challenger: string,
  interrupted: AbortSignal,
): Promise<Challenge | undefined> {
  const { connections, config } = session
  tell(io, `${challenger} against the champion, over the nights of July and their labels ...`)
  const nights = { from: firstNight, to: lastNight }
  const compared = await startComparison(session, { job, challenger, ...nights })
  const comparison = await followComparison(io, session, compared)
  if (comparison === undefined || interrupted.aborted) return undefined
  const promotion = await promoteVersion(connections.control, readModelKeys(config.environment), {
    reference: challenger,
    alias: 'champion',
    job: undefined,
    by: operator(),
    why: 'the demo promotes what its comparison lets pass',
    force: false,
  })
  const handle = await startRun(session, { job, batch: lastNight })
  const run = await followRun(io, session, handle, `${lastNight} with ${challenger}`)
  if (run === undefined) return undefined
  const why = 'the demo shows how a night goes back'
  const rolledBack = await startRollback(session, { job, batch: lastNight, why, by: operator() })
  const rollback = await followWorkflow(io, session, rolledBack)
  return rollback && { comparison, promotion, run, rollback }
}

/** The challenge in a few lines. */
export function challengeLines({ comparison, promotion, run, rollback }: Challenge): string[] {
  const { champion, challenger, from, to, rowsBoth, rowsLabelled } = comparison
  const { model, version, alias } = promotion
  return [
    `${challenger} in shadow of ${champion}, ${from} to ${to}: ${count(rowsBoth)} rows, ${count(rowsLabelled)} with labels`,
    `  not worse: ${comparison.nonInferiority}, ${comparison.nonInferiorityReason}`,
    `  the same numbers: ${comparison.numeric}, ${comparison.numericReason}`,
    `${model}@${alias} is ${model}@${version} now; its gates: ${promotion.gates.map(({ gate, verdict }) => `${gate} ${verdict}`).join(', ')}`,
    `${run.batch}: revision ${run.revision} by ${run.model}, then rolled back: readers see revision ${rollback.to.revision} by ${rollback.to.model}`,
  ]
}
