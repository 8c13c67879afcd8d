import { setCurrentDetails } from '@temporalio/workflow'
import type { EvaluateBatchInput, EvaluationSummary } from '../schemas/run'
import { evaluateLabels } from './activities'

/** Evaluate the published run of one batch on the labels that are there by now. Safe to run again: same labels, same answer. */
export async function evaluateBatch(input: EvaluateBatchInput): Promise<EvaluationSummary> {
  const evaluation = await evaluateLabels(input)
  setCurrentDetails(
    `**${evaluation.verdict}** · ${evaluation.labelled} of ${evaluation.scored} rows have labels · version ${evaluation.version}`,
  )
  return evaluation
}
