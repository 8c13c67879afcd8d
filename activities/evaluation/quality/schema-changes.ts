import type { MetricValue } from '../../../schemas/metric'
import { plainMetric } from './plain-metric'

interface SourceColumns {
  /** Name and DuckDB type of each column of the source. */
  readonly columns: readonly { readonly name: string; readonly type: string }[]
}

const toldAtMost = 10

/**
 * schema_changes: how many of the source's columns are new, gone or of another type than in the last published batch; any
 * warns. The reason names them.
 * @param former null: there is none
 */
export function schemaChanges(now: SourceColumns, former: SourceColumns | null, rows: number): MetricValue {
  const metric = { scope: 'quality', metric: 'schema_changes', nCurrent: rows } as const
  if (former === null) return plainMetric({ ...metric, value: null, reason: 'no former published batch' })
  const before = new Map(former.columns.map(({ name, type }) => [name, type]))
  const changes: string[] = []
  for (const { name, type } of now.columns) {
    const was = before.get(name)
    if (was === undefined) changes.push(`${name} is new (${type})`)
    else if (was !== type) changes.push(`${name} is ${type}, was ${was}`)
    before.delete(name)
  }
  for (const name of before.keys()) changes.push(`${name} is gone`)
  const more = changes.length > toldAtMost ? `; and ${changes.length - toldAtMost} more` : ''
  return plainMetric({
    ...metric,
    value: changes.length,
    warnAt: 0,
    verdict: changes.length > 0 ? 'warn' : 'ok',
    reason: changes.length > 0 ? changes.slice(0, toldAtMost).join('; ') + more : null,
  })
}
