import { isCancellation, setCurrentDetails } from '@temporalio/workflow'
import type { EvaluateBatchInput, EvaluationSummary } from '../schemas/run'
import { evaluateLabels, reportRun } from './activities'

/**
 * Evaluate the published run of one batch on the labels that are there by now, then report anew. Safe to run again: the same
 * labels give the same version.
 */
export async function evaluateBatch(input: EvaluateBatchInput): Promise<EvaluationSummary> {
  const evaluation = await evaluateLabels(input)
  const { verdict, labelled, scored, version, runId } = evaluation
  setCurrentDetails(`**${verdict}** · ${labelled} of ${scored} rows have labels · version ${version}`)
  return version > 0 ? { ...evaluation, ...(await makeReport(runId)) } : evaluation
}

/** The evaluation stands where its report cannot be made; the next one makes it again. */
async function makeReport(runId: string): Promise<Pick<EvaluationSummary, 'report'>> {
  try {
    const { report } = await reportRun({ runId })
    return { report }
  } catch (error) {
    if (isCancellation(error)) throw error
    return {}
  }
}
