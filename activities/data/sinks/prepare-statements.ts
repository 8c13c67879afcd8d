import { NightscoreError } from '../../../schemas/errors'
import type { FoundSink } from './found-sink'
import { missingColumns, tableColumns } from './prediction-columns'
import type { PredictionNames } from './prediction-names'
import {
  addColumns,
  commentTables,
  createAllTable,
  createLiveView,
  createPublications,
  createRunTable,
  createView,
} from './prediction-sql'
import type { SinkRun } from './sink'

/**
 * The statements that bring the sink's relations to what the run needs; none where all is there. Pure.
 * @throws SINK_INVALID where a relation of one of the names is not Nightscore's, or its columns differ
 */
export function prepareStatements(found: FoundSink, names: PredictionNames, run: SinkRun): readonly string[] {
  checkRelations(found, names)
  const statements: string[] = []
  const isNew = found.all === null
  const added = isNew ? [] : missingColumns(run, found)
  const columns = [...(isNew ? tableColumns(run) : found.columns), ...added]
  if (isNew) statements.push(createAllTable(names, run))
  if (added.length > 0) statements.push(addColumns(names.all, added))
  if (found.published === null) statements.push(...createPublications(names))
  if (found.live === null) statements.push(createLiveView(names))
  const notInView = columns.map(({ name }) => name).filter((name) => !found.viewColumns.includes(name))
  if (notInView.length > 0) statements.push(createView(names, [...found.viewColumns, ...notInView]))
  if (isNew) statements.push(...commentTables(names))
  if (found.run === null) statements.push(createRunTable(names, run, columns))
  return statements
}

/** pg_class.relkind and what the errors call it. */
const kinds: Readonly<Record<string, string>> = {
  r: 'a table',
  p: 'a partitioned table',
  v: 'a view',
  m: 'a materialized view',
  f: 'a foreign table',
  S: 'a sequence',
  i: 'an index',
  c: 'a type',
}

function checkRelations(found: FoundSink, names: PredictionNames): void {
  const problems: string[] = []
  const expect = (relation: string, kind: string | null, wanted: string) => {
    if (kind !== null && kind !== wanted)
      problems.push(`${relation}, which is ${kinds[kind] ?? 'something else'}`)
  }
  expect(names.view, found.view, 'v')
  expect(names.all, found.all, 'p')
  expect(names.published, found.published, 'r')
  expect(names.live, found.live, 'v')
  expect(names.run, found.run, 'r')
  if (found.view === 'v' && !found.viewReadsAll)
    problems.push(`${names.view}, a view that does not read ${names.all}`)
  if (found.all === 'p' && found.partitionKey !== 'RANGE (batch, revision)')
    problems.push(`${names.all}, partitioned by ${found.partitionKey}`)
  if (problems.length > 0)
    throw new NightscoreError('SINK_INVALID', {
      found: problems.join('; '),
      expected: 'names that are free, or Nightscore’s own tables and view',
    })
}
