import type { ComparisonOutcome } from '../../../schemas/comparison'
import { stoppable, type StoppableOutcome, type StoppableTask } from '../stoppable'
import { comparePairs } from './compare-pairs'
import type { ComparisonTask } from './comparison-task'

/** What a pool thread runs, compiled: compares two models. Never throws. */
export default async function comparePairsThread(
  given: StoppableTask<ComparisonTask>,
): Promise<StoppableOutcome<ComparisonOutcome>> {
  return stoppable(given, comparePairs)
}
