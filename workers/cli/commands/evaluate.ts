import { loadMetrics } from '../../../activities/evaluation/store/metrics'
import { loadJob } from '../../../activities/runs/job-store'
import type { CliIo } from '../cli-io'
import { evaluationLines } from '../evaluation-lines'
import { followEvaluation } from '../follow-evaluation'
import { printOutcome, tell } from '../output'
import { withSession } from '../session'

/** `evaluate JOB --batch B`: accuracy on the labels that are there. @returns 3 where its verdict is fail, 130 after Ctrl-C */
export function evaluate(
  io: CliIo,
  job: string,
  { batch, json }: { readonly batch: string; readonly json?: true },
): Promise<number> {
  return withSession(io, async (session) => {
    const { control } = session.connections
    await loadJob(control, job) // a misspelt name is told here, before a workflow fails on it
    const summary = await followEvaluation(io, session, { job, batch })
    if (summary === undefined) {
      tell(io, 'Detached: the evaluation goes on.')
      return 130
    }
    const metrics = await loadMetrics(control, summary.runId, {
      asOf: new Date(summary.asOf),
      scopes: ['accuracy', 'label'],
    })
    printOutcome(io, json, { ...summary, figures: metrics }, evaluationLines(summary, metrics))
    return summary.verdict === 'fail' ? 3 : 0
  })
}
