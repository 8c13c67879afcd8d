import { closest } from 'fastest-levenshtein'
import { NightscoreError } from '../../../schemas/errors'
import type { SourceColumn } from '../../data/column-type'
import type { AccuracyTask } from '../accuracy/labelled-rows'
import { labelForms, labelSql } from './label-sql'

/** Where a file of labels has what: names as the job or the user wrote them. */
export interface LabelNames {
  /** In the order of the job's key. */
  readonly keys: readonly string[]
  readonly column: string
}

export interface LabelColumns {
  readonly keys: readonly SourceColumn[]
  readonly label: SourceColumn
}

/**
 * Looks up the key columns and the label among a file's columns; as in SQL, capitals do not matter.
 * @param where what the file is called in messages
 * @throws LABELS_INVALID naming the column that is missing and the nearest one, or the label's type
 */
export function findLabelColumns(
  columns: readonly SourceColumn[],
  { keys, column }: LabelNames,
  task: AccuracyTask,
  where: string,
): LabelColumns {
  const find = (name: string, role: string): SourceColumn => {
    const found =
      columns.find((one) => one.name === name) ??
      columns.find((one) => one.name.toLowerCase() === name.toLowerCase())
    if (found) return found
    const names = columns.map((one) => one.name)
    const nearest = names.length > 0 ? ` (nearest: "${closest(name, names)}")` : ''
    throw new NightscoreError('LABELS_INVALID', {
      found: `no ${role} "${name}" in ${where}${nearest}`,
      expected: names.length > 0 ? `one of its columns ${names.join(', ')}` : 'columns',
    })
  }
  const label = find(column, 'label column')
  if (labelSql(task, 'x', label.type) === null)
    throw new NightscoreError('LABELS_INVALID', {
      found: `label column "${label.name}" of type ${label.type} in ${where}`,
      expected: `${labelForms[task]}, for a ${task} model`,
    })
  return { keys: keys.map((name) => find(name, 'key column')), label }
}
