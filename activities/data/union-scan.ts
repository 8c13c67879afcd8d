import type { ModelFeature, ModelManifest } from '../../schemas/model-manifest'
import { featureSql } from './feature-sql'
import type { PlannedFeature, ScanPlan } from './scan-plan'

/** A scan that reads what two models need, each column once. */
export interface UnionScan {
  /** Its features: the first model's as they were, then what only the second one reads. */
  readonly scan: ScanPlan
  /** The rules of those features. */
  readonly manifest: ModelManifest
  /** By feature of the second model: which feature of the scan it is. */
  readonly places: readonly number[]
}

/**
 * Adds to a scan what a second model reads. A feature that both read is read once where it comes from the same SQL and is
 * converted alike; what becomes of its missing or odd values is each model's own.
 * @param second its features as planned, in the order of its manifest
 */
export function unionScan(
  scan: ScanPlan,
  manifest: ModelManifest,
  second: { readonly features: readonly PlannedFeature[]; readonly manifest: ModelManifest },
): UnionScan {
  const planned = [...scan.features]
  const rules = [...manifest.features]
  const columns = planned.map((feature, i) => columnOf(feature, rules[i]!))
  const places = second.features.map((feature, i) => {
    const rule = second.manifest.features[i]!
    const column = columnOf(feature, rule)
    const found = columns.indexOf(column)
    if (found >= 0) return found
    planned.push(feature)
    rules.push(rule)
    return columns.push(column) - 1
  })
  return { scan: { ...scan, features: planned }, manifest: { ...manifest, features: rules }, places }
}

/** What a scan makes of a feature: equal texts, equal columns. */
function columnOf(planned: PlannedFeature, feature: ModelFeature): string {
  const { sql, elementType } = planned
  const length = feature.type === 'list' ? feature.length : null
  return JSON.stringify([sql, elementType, feature.type, length, featureSql(feature, 'x', planned)])
}
