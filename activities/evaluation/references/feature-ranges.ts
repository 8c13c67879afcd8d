import type { ModelManifest } from '../../../schemas/model-manifest'
import type { ValueRange } from '../profiles/column-counts'
import { profileKey } from '../profiles/profile-key'

/**
 * What model.yaml allows each number, by profileKey; open where it names one end only. A feature without min and max is not
 * there: its reference's own smallest and largest value count. Those of a list are about its elements, which are not profiled.
 */
export function featureRanges({ features }: Pick<ModelManifest, 'features'>): Map<string, ValueRange> {
  const ranges = new Map<string, ValueRange>()
  for (const feature of features)
    if (feature.type === 'number' && (feature.min ?? feature.max) !== undefined)
      ranges.set(profileKey('feature', feature.name), {
        min: feature.min ?? -Infinity,
        max: feature.max ?? Infinity,
      })
  return ranges
}
