import type { FoundSink } from './found-sink'
import { runKey } from './prediction-columns'
import type { PredictionNames } from './prediction-names'
import { completeRunTable } from './prediction-sql'
import type { SinkRun } from './sink'

/**
 * The statement that makes the run's table one that can become a partition; null where it is. Pure. A table that an earlier
 * version made has its columns and CHECK from the start; one whose sink was widened after its check lacks those columns alone.
 */
export function completeStatement(found: FoundSink, names: PredictionNames, run: SinkRun): string | null {
  const columns = found.columns.filter(({ name }) => !found.runColumns.includes(name))
  if (columns.length === 0 && found.runHasCheck && found.runHasKey) return null
  return completeRunTable(names, run, {
    columns,
    check: !found.runHasCheck,
    key: found.runHasKey ? null : runKey(run, found),
  })
}
