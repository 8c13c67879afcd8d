import {
  Bool,
  Field,
  FixedSizeList,
  Int64,
  RecordBatch,
  vectorFromArray,
  type Data,
  type DataType,
} from 'apache-arrow'
import type { PlannedFeature } from '../../../activities/data/scan-plan'
import type { ModelManifest, ModelSignature } from '../../../schemas/model-manifest'
import { modelManifestSchema } from '../../../schemas/model-manifest'

/** An Arrow column of these values; null and undefined are null. */
export function column(type: DataType, values: readonly unknown[]): Data {
  return vectorFromArray(values, type).data[0]!
}

/** A list column as scans have it. */
export function listColumn(element: DataType, length: number, values: readonly unknown[]): Data {
  return column(new FixedSizeList(length, new Field('item', element, true)), values)
}

export const flags = (values: readonly boolean[]): Data => column(new Bool(), values)

/** A scanned batch of these columns, with row numbers from 0. */
export function scannedBatch(columns: Readonly<Record<string, Data>>): RecordBatch {
  const rows = Object.values(columns)[0]?.length ?? 0
  const row = column(
    new Int64(),
    Array.from({ length: rows }, (_, i) => BigInt(i)),
  )
  return new RecordBatch({ row, ...columns })
}

/** A manifest with these features, packed into the tensor `input` unless told otherwise. */
export function manifestOf(
  features: readonly Readonly<Record<string, unknown>>[],
  more: Readonly<Record<string, unknown>> = { input: { tensor: 'input' } },
): ModelManifest {
  return modelManifestSchema.parse({ name: 'm', task: 'regression', features, ...more })
}

/** A signature with one input and one float output. */
export function signatureOf(
  type: ModelSignature['inputs'][number]['type'],
  columns: number | null,
): ModelSignature {
  return {
    inputs: [{ name: 'input', type, shape: [null, columns] }],
    outputs: [{ name: 'out', type: 'float32', shape: [null, 1] }],
  }
}

/** Features as planned: the column of their name, of a type whose conversion cannot fail unless told otherwise. */
export function plannedOf(
  manifest: ModelManifest,
  elementType: PlannedFeature['elementType'],
  mayFail = false,
): PlannedFeature[] {
  return manifest.features.map(({ name }) => ({
    name,
    sql: `"${name}"`,
    elementType,
    sourceType: 'VARCHAR',
    mayFail,
  }))
}
