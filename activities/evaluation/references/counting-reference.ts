import type { ReferenceProfile } from '../profiles/reference-profile'

/**
 * A reference as far as rows are counted on it: bins, ranges and its own counts, a few kilobytes as bytes. Left out are the
 * samples, which only comparing needs.
 */
export function countingReference(reference: ReferenceProfile): ReferenceProfile {
  const columns = [...reference.columns].map(
    ([name, column]) => [name, { ...column, sample: new Float64Array() }] as const,
  )
  return { ...reference, columns: new Map(columns) }
}
