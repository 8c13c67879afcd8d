import { createHash } from 'node:crypto'
import { metricSpecVersion } from '../../../schemas/metric'

/** How references are made: a change here makes new ones beside the old. */
const referenceVersion = 1

/**
 * What a reference is known by: SHA-256 over all that it is made from. The same parts, the same reference.
 * @param parts JSON values, in a fixed order
 */
export function referenceIdentity(kind: string, ...parts: readonly unknown[]): string {
  return createHash('sha256')
    .update(JSON.stringify([kind, referenceVersion, metricSpecVersion, ...parts]))
    .digest('hex')
}
