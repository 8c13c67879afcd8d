import type { Data, RecordBatch } from 'apache-arrow'
import type { ModelManifest, ModelSignature } from '../../../schemas/model-manifest'
import { predictionColumns } from '../../scoring/predict'
import { batchColumns } from '../columns/batch-columns'
import { segmentColumn } from '../columns/segment-column'
import {
  isTextColumn,
  type ProfileColumn,
  type ProfileColumns,
  type TextColumn,
} from '../profiles/profile-column'
import { profileKey } from '../profiles/profile-key'
import { joinColumns } from './join-columns'
import { labelColumn } from './label-column'
import { referenceContent, type ReferenceContent } from './reference-content'

/** A batch of a reference file, scored. */
export interface ReferenceBatch {
  readonly scanned: RecordBatch
  /** The scored rows' places in the batch; a prediction for each. */
  readonly scored: Int32Array
  readonly predictions: readonly Data[]
  /** By column of `FileColumns`, a value for each row. */
  readonly columns: readonly Data[]
}

/** What the columns of a reference file beside its features are. */
export interface FileColumns {
  /** Names, in the order of ReferenceBatch.columns. */
  readonly names: readonly string[]
  /** Which of them is the label; null: the file has none. */
  readonly label: string | null
  /** Which of them cut the rows into segments. */
  readonly segments: readonly string[]
  /** For messages. */
  readonly file: string
}

/** Profile columns under which a batch's segment columns wait to be joined: no profileKey begins so. */
const segmentPrefix = 'segment/'

/**
 * Features, predictions, label and segment columns of one batch as columns to profile.
 * @throws NightscoreError REFERENCE_INVALID where a label is none of the model's task
 */
export function referenceBatchColumns(
  { scanned, scored, predictions, columns }: ReferenceBatch,
  { names, label, segments, file }: FileColumns,
  { manifest, signature }: { readonly manifest: ModelManifest; readonly signature: ModelSignature },
): ProfileColumns {
  const profiled = new Map<string, ProfileColumn>(
    batchColumns(
      scanned,
      { rows: scored, predictions },
      { manifest, predictions: predictionColumns(manifest, signature) },
    ),
  )
  const dataOf = (name: string): Data => columns[names.indexOf(name)]!
  const labels = label === null ? null : labelColumn(dataOf(label), manifest.task, file)
  if (labels !== null) profiled.set(profileKey('label', 'label'), labels)
  for (const name of segments) profiled.set(segmentPrefix + name, segmentColumn(dataOf(name)))
  return profiled
}

/** The content of a reference made of all rows of a file. @param batches of referenceBatchColumns, in the file's order */
export async function fileContent(
  batches: readonly ProfileColumns[],
  manifest: ModelManifest,
): Promise<ReferenceContent> {
  const columns = await joinColumns(batches)
  const segments = new Map<string, TextColumn>()
  for (const [name, column] of columns)
    if (name.startsWith(segmentPrefix) && isTextColumn(column)) {
      segments.set(name.slice(segmentPrefix.length), column)
      columns.delete(name)
    }
  return referenceContent(columns, segments, manifest)
}
