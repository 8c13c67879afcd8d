import { stoppable, type StoppableOutcome, type StoppableTask } from '../stoppable'
import { evaluateLabels } from './evaluate-labels'
import type { EvaluationOutcome, EvaluationTask } from './evaluation-task'

/** What a pool thread runs, compiled: evaluates one batch. Never throws. */
export default async function evaluateLabelsThread(
  given: StoppableTask<EvaluationTask>,
): Promise<StoppableOutcome<EvaluationOutcome>> {
  return stoppable(given, evaluateLabels)
}
