import type {
  ActivitySlotInfo,
  CustomSlotSupplier,
  SlotMarkUsedContext,
  SlotPermit,
  SlotReleaseContext,
} from '@temporalio/worker'
import { shardsHeld } from './shards-held'

/** The activity whose slots wait for threads. */
const shardActivity = 'scoreShard'

/** What a new measurement of a shard's time counts beside the former ones. */
const newShare = 0.2

/**
 * The activities that a worker takes at once: `most` in all, and of shards as many as shardsHeld says of the time that they take
 * here, now. A poll holds a slot before anybody knows what comes: it counts as a shard until then.
 */
export class ActivitySlots implements CustomSlotSupplier<ActivitySlotInfo> {
  readonly type = 'custom'
  private polling = 0
  private others = 0
  private shards = 0
  private shardMs: number | null = null
  private readonly waiting: (() => void)[] = []

  constructor(
    private readonly threads: number,
    private readonly most: number,
  ) {}

  async reserveSlot(_: unknown, signal: AbortSignal): Promise<SlotPermit> {
    const permit = this.tryReserveSlot()
    if (permit) return permit
    return new Promise((resolve, reject) => {
      const enter = (): void => {
        signal.removeEventListener('abort', giveUp)
        this.polling += 1
        resolve({})
      }
      if (signal.aborted) return reject(signal.reason as Error)
      const giveUp = (): void => {
        this.waiting.splice(this.waiting.indexOf(enter), 1)
        reject(signal.reason as Error)
      }
      signal.addEventListener('abort', giveUp)
      this.waiting.push(enter)
    })
  }

  tryReserveSlot(): SlotPermit | null {
    if (!this.hasRoom()) return null
    this.polling += 1
    return {}
  }

  markSlotUsed({ slotInfo }: Pick<SlotMarkUsedContext<ActivitySlotInfo>, 'slotInfo'>): void {
    this.polling -= 1
    if (slotInfo.activityType === shardActivity) this.shards += 1
    else this.others += 1
    this.letIn()
  }

  releaseSlot({ slotInfo }: Pick<SlotReleaseContext<ActivitySlotInfo>, 'slotInfo'>): void {
    if (!slotInfo) this.polling -= 1
    else if (slotInfo.activityType === shardActivity) this.shards -= 1
    else this.others -= 1
    this.letIn()
  }

  /** A shard took so long in its thread, milliseconds: without what it waited for a thread or for servers. */
  took(ms: number): void {
    this.shardMs = this.shardMs === null ? ms : this.shardMs + newShare * (ms - this.shardMs)
    this.letIn()
  }

  private hasRoom(): boolean {
    const shards = this.polling + this.shards
    return shards + this.others < this.most && shards < shardsHeld(this.threads, this.shardMs, this.most)
  }

  private letIn(): void {
    while (this.waiting.length > 0 && this.hasRoom()) this.waiting.shift()!()
  }
}
