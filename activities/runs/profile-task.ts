import { scanColumns } from '../data/scan-plan'
import type { Deps } from '../deps'
import type { ProfileTask } from '../evaluation/columns/profile-pass'
import { referenceCodec } from '../evaluation/profiles/reference-codec'
import type { ReferenceProfile } from '../evaluation/profiles/reference-profile'
import { segmentsCodec } from '../evaluation/profiles/segments-codec'
import { withoutLabels } from '../evaluation/profiles/without-labels'
import { countingReference } from '../evaluation/references/counting-reference'
import { loadReference } from '../evaluation/references/load-reference'
import type { PlannedRunContext } from './run-context'

/** What the shards of a planned run are profiled with: its frozen reference, small enough to be sent to every thread. */
export async function profileTask(deps: Deps, context: PlannedRunContext): Promise<ProfileTask> {
  const { run, job, scan } = context
  const segmentColumns = job.monitor.segments.map((name) => {
    const key = scan.keys.findIndex((column) => column.name === name)
    const carried = scan.carry.findIndex((column) => column.name === name)
    return { name, scanColumn: key >= 0 ? scanColumns.key(key) : scanColumns.carry(carried) }
  })
  const shared = { segmentColumns, batch: run.batch, batchRows: run.rowsPlanned ?? run.rows?.read ?? 0 }
  if (run.referenceId === null) return { ...shared, referenceId: null, reference: null, segments: null }
  const { all, segments } = await loadReference(deps.connections.control, run.referenceId)
  const bytesOf = (one: ReferenceProfile): Uint8Array =>
    referenceCodec.encode(countingReference(withoutLabels(one)))
  const segmentBytes = [...segments].map(([name, one]) => [name, bytesOf(one)] as const)
  return {
    ...shared,
    referenceId: run.referenceId,
    reference: toShared(bytesOf(all)),
    segments: toShared(segmentsCodec.encode(new Map(segmentBytes))),
  }
}

function toShared(bytes: Uint8Array): SharedArrayBuffer {
  const shared = new SharedArrayBuffer(bytes.byteLength)
  new Uint8Array(shared).set(bytes)
  return shared
}
