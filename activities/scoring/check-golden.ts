import type { ModelManifest } from '../../schemas/model-manifest'
import { NightscoreError } from '../../schemas/errors'
import { measureGolden, type GoldenMeasure } from './measure-golden'
import type { OpenedModel } from './score-package-file'

/**
 * Scores golden.parquet as a run would and compares with the forecasts in it.
 * @param folder holds golden.parquet
 * @throws NightscoreError MODEL_GOLDEN_INVALID where the file lacks features or forecasts; MODEL_GOLDEN_MISMATCH
 */
export async function checkGolden(folder: string, model: OpenedModel): Promise<GoldenMeasure> {
  const measure = await measureGolden(folder, model)
  refuseGolden(measure, model.manifest)
  return measure
}

/** @throws NightscoreError MODEL_GOLDEN_MISMATCH with the count of rows that disagree, the worst of them and both values */
export function refuseGolden(
  { rows, agreeingRows, worst }: GoldenMeasure,
  { tolerance: { rtol, atol } }: ModelManifest,
): void {
  if (!worst) return
  throw new NightscoreError('MODEL_GOLDEN_MISMATCH', {
    found: `${rows - agreeingRows} of ${rows} rows that disagree; the worst is row ${worst.row} (from 0): ${worst.column} is ${worst.found}`,
    expected: `${worst.expected} there, within ${atol} + ${rtol} of the value`,
  })
}
