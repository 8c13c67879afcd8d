import type { JobSnapshot } from '../../schemas/job-file'
import type { Dropped, DroppedKind, Maintained } from '../../schemas/maintenance'
import type { Deps } from '../deps'
import type { Heartbeat } from '../heartbeat'

/** Days that a failed or cancelled run can be resumed, and what a rejected or trial run left can be looked at. */
export const leftoverDays = 7
/** Batches whose numbers and profiles stay whatever their age: trailing limits look back on so many. */
const formerBatches = 28

/** What retention is to do for a job. */
export interface RetentionTask {
  readonly deps: Deps
  readonly job: JobSnapshot
  /** retention.days, or what stands for it. */
  readonly days: number
  /** Nothing is dropped, only counted. */
  readonly dryRun: boolean
  readonly heartbeat: Heartbeat
  readonly tally: Tally
}

/** The job's last published batches, so many, are what its next runs are compared with. */
export function comparedBatches({ monitor }: Pick<JobSnapshot, 'monitor'>): number {
  const { reference } = monitor
  const trailing = typeof reference === 'object' && 'trailing' in reference ? reference.trailing : 0
  return Math.max(formerBatches, trailing)
}

/** Counts what is dropped, and keeps what could not be. */
export class Tally {
  private readonly counts = new Map<DroppedKind, { count: number; bytes: number }>()
  private readonly errors: string[] = []

  add(kind: DroppedKind, count: number, bytes: number): void {
    const before = this.counts.get(kind) ?? { count: 0, bytes: 0 }
    if (count > 0) this.counts.set(kind, { count: before.count + count, bytes: before.bytes + bytes })
  }

  /** Does one thing; where it fails that is kept, and the next thing can be done. */
  async attempt(what: string, { signal }: Heartbeat, work: () => Promise<void>): Promise<void> {
    signal.throwIfAborted()
    try {
      await work()
    } catch (error) {
      signal.throwIfAborted()
      this.errors.push(`${what}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }

  result(): Maintained {
    const dropped: Dropped[] = [...this.counts].map(([kind, counts]) => ({ kind, ...counts }))
    return { dropped, errors: this.errors }
  }
}
