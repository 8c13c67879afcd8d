import { packageFileColumns, scorePackageFile, type OpenedModel } from '../../scoring/score-package-file'
import { fileContent, referenceBatchColumns } from './file-content'
import type { ReferenceContent } from './reference-content'

const file = 'reference.parquet'

/**
 * The content of a package's own reference: all rows of reference.parquet, scored as a run scores them. Its column `label`,
 * where it has one, is the label.
 * @param folder holds reference.parquet
 * @param segments columns of the file that cut it into segments; others are left out
 * @throws NightscoreError MODEL_GOLDEN_INVALID where the file lacks a feature or cannot be read; MODEL_RUN_FAILED;
 *   REFERENCE_INVALID where a label is none of the model's task
 */
export async function packageContent(
  folder: string,
  model: OpenedModel,
  segments: readonly string[],
): Promise<ReferenceContent> {
  const features = new Set(model.manifest.features.map(({ name }) => name))
  const found = await packageFileColumns(folder, file)
  const label = found.includes('label') && !features.has('label') ? 'label' : null
  const known = segments.filter((name) => found.includes(name))
  const names = [...new Set([...(label === null ? [] : [label]), ...known])]
  const batches = await scorePackageFile(folder, file, names, model)
  const profiled = batches.map(({ scanned, scored, predictions, columns }) =>
    referenceBatchColumns(
      { scanned, scored, predictions, columns: columns.map(({ data }) => data) },
      { names, label, segments: known, file },
      model,
    ),
  )
  return fileContent(profiled, model.manifest)
}
