import { NightscoreError } from '../../../schemas/errors'
import { quoteIdentifier, quoteLiteral } from '../../data/quote-identifier'
import { quotePath, type Sandbox } from '../../data/sandbox'
import { fileSha256 } from '../../data/source-file'
import { keyIndex } from '../accuracy/key-index'
import type { AccuracyTask } from '../accuracy/labelled-rows'
import type { LabelArrival } from '../accuracy/resolve-labels'
import type { EvaluatedArrival, EvaluationTask } from './evaluation-task'
import { joinKeySql, keyColumn, labelColumn, labelTypes } from './label-sql'
import { typedBatches } from './read-typed-columns'
import { columnTypes, hashSql } from './scored-rows'

/** Whose labels are read, and from which files. */
export type LabelsWanted = Pick<EvaluationTask, 'task' | 'classes' | 'arrivals'> & {
  readonly predictions: Pick<EvaluationTask['predictions'], 'keys'>
}

/**
 * Reads the arrivals of labels: hashes of their keys and numbers (binary: 0 and 1; multiclass: the place of the class, -1 for one
 * that the model does not know; NaN: no label). Of arrivals for no batch in particular only rows whose key was scored.
 * @throws STORE_CORRUPT where a file is not what arrived; LABELS_INVALID where labels are of another task
 */
export async function* arrivedLabels(
  sandbox: Sandbox,
  { task, classes, predictions, arrivals }: LabelsWanted,
  scored: BigUint64Array,
): AsyncGenerator<LabelArrival, void, undefined> {
  const isScored = arrivals.every((one) => one.ofThisBatch) ? null : keyIndex(scored)
  for (const arrival of arrivals) {
    await checkFile(arrival)
    const relation = `read_parquet(${quotePath(arrival.path)}, hive_partitioning = false)`
    const types = await columnTypes(sandbox, relation)
    refuseOtherTask(task, types, predictions.keys.length, arrival)
    const keys = predictions.keys.map(({ type }, i) => {
      const name = keyColumn(i)
      return joinKeySql(type, quoteIdentifier(name), types.get(name) ?? 'VARCHAR')
    })
    const selects = {
      hashes: { sql: hashSql(keys), type: 'UBIGINT' },
      labels: { sql: labelNumberSql(task, classes), type: 'DOUBLE' },
    } as const
    for await (const { hashes, labels } of typedBatches(sandbox, relation, selects)) {
      const found = arrival.ofThisBatch ? null : isScored!.find(hashes)
      const isKnown = (_: unknown, row: number): boolean => found![row]! >= 0
      yield found === null
        ? { keys: hashes, labels, arrival: arrival.loadId }
        : { keys: hashes.filter(isKnown), labels: labels.filter(isKnown), arrival: arrival.loadId }
    }
  }
}

function labelNumberSql(task: AccuracyTask, classes: readonly string[]): string {
  switch (task) {
    case 'binary':
      return `CASE ${labelColumn} WHEN true THEN 1.0::DOUBLE WHEN false THEN 0.0::DOUBLE ELSE 'nan'::DOUBLE END`
    case 'multiclass':
      return `CASE WHEN ${labelColumn} IS NULL THEN 'nan'::DOUBLE ELSE coalesce(list_position([${classes.map(quoteLiteral).join(', ')}], ${labelColumn}), 0) - 1 END`
    case 'regression':
      return `coalesce(${labelColumn}, 'nan'::DOUBLE)`
  }
}

async function checkFile({ path, sha256 }: EvaluatedArrival): Promise<void> {
  const found = await fileSha256(path).catch((error: unknown) => String(error))
  if (found !== sha256)
    throw new NightscoreError('STORE_CORRUPT', {
      found: `${path} with sha256 ${found}`,
      expected: sha256,
      fix: 'Restore the store from its backup: labels that arrived are kept nowhere else.',
    })
}

function refuseOtherTask(
  task: AccuracyTask,
  types: ReadonlyMap<string, string>,
  keys: number,
  { path }: EvaluatedArrival,
): void {
  const type = types.get(labelColumn)
  if (type === labelTypes[task] && types.size === keys + 1) return
  throw new NightscoreError('LABELS_INVALID', {
    found: `labels of type ${type ?? 'none'} with ${types.size - 1} key columns in ${path}`,
    expected: `${labelTypes[task]} with ${keys}, for the ${task} model that scored the batch`,
    fix: 'They arrived for another model or key: load labels anew under another job.',
  })
}
