import { loadJob } from '../../../activities/runs/job-store'
import { loadDisagreements, loadFigures } from '../../../activities/evaluation/store/comparisons'
import type { ComparisonSummary } from '../../../schemas/comparison'
import type { CliIo } from '../cli-io'
import { comparisonLines } from '../comparison-lines'
import { followComparison, startComparison } from '../follow-comparison'
import { printOutcome } from '../output'
import { withSession } from '../session'

export interface CompareOptions {
  readonly job: string
  readonly from?: string
  readonly to?: string
  readonly inFlight: number
  readonly detach?: true
  readonly json?: true
}

/**
 * `model compare CHAMPION CHALLENGER --job J`: scores past batches by both and compares them.
 * @returns 3 where the challenger is neither the same nor known not to be inferior, 130 after Ctrl-C
 */
export function compareVersions(
  io: CliIo,
  champion: string,
  challenger: string,
  { job, from, to, inFlight, detach, json }: CompareOptions,
): Promise<number> {
  return withSession(io, async (session) => {
    const { control } = session.connections
    await loadJob(control, job) // a misspelt name is told here, before a workflow fails on it
    const handle = await startComparison(session, {
      ...{ job, champion, challenger, inFlight },
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
    })
    const { workflowId } = handle
    if (detach) {
      printOutcome(io, json, { workflowId, job, champion, challenger }, [`Started ${workflowId}.`])
      return 0
    }
    const summary = await followComparison(io, session, handle)
    if (summary === undefined) return 130
    const figures = await loadFigures(control, summary.comparisonId)
    const disagreements = await loadDisagreements(control, summary.comparisonId)
    printOutcome(
      io,
      json,
      { ...summary, figures, disagreements },
      comparisonLines(summary, figures, disagreements),
    )
    return comparisonExitCode(summary)
  })
}

/** What the command ends with: one verdict that is ok is enough. */
export const comparisonExitCode = ({
  numeric,
  nonInferiority,
}: Pick<ComparisonSummary, 'numeric' | 'nonInferiority'>): number =>
  numeric === 'ok' || nonInferiority === 'ok' ? 0 : 3
