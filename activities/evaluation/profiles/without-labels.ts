import { parseProfileKey } from './profile-key'
import type { ReferenceProfile } from './reference-profile'

/** A reference as far as rows without labels can be compared with it: its label, if it has one, comes later. */
export function withoutLabels(reference: ReferenceProfile): ReferenceProfile {
  const columns = [...reference.columns].filter(([key]) => parseProfileKey(key).scope !== 'label')
  return { ...reference, columns: new Map(columns) }
}
