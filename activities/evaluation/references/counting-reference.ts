import { parseProfileKey } from '../profiles/profile-key'
import type { ReferenceProfile } from '../profiles/reference-profile'

/**
 * A reference as far as a run's rows are counted on it: bins and ranges of features and predictions, a few kilobytes as bytes.
 * Left out are the samples, which only comparing needs, and the label, which rows do not have yet when they are scored.
 */
export function countingReference(reference: ReferenceProfile): ReferenceProfile {
  const counted = [...reference.columns].filter(([name]) => parseProfileKey(name).scope !== 'label')
  return {
    ...reference,
    columns: new Map(counted.map(([name, column]) => [name, { ...column, sample: new Float64Array() }])),
  }
}
