import type { BatchRange } from './batches-between'

/**
 * Batches that one workflow's history of a backfill holds. A batch costs three events of its own and up to six of the
 * workflow tasks that take its start and its end: 60 batches stay under 600 events.
 */
export const batchesPerWorkflow = 60

/** Batches that one part goes through at most, done ones included: a fraction of a second. */
const placesPerPage = 2_000

/** A batch to be scored. */
export interface BackfillItem {
  readonly batch: string
  /** Its place among all batches of the backfill, from 0. */
  readonly place: number
  /** Only batches before this one are its past; null: those before itself. */
  readonly comparedBefore: string | null
}

/** The next part of a backfill. */
export interface BackfillPage {
  readonly items: readonly BackfillItem[]
  /** Batches of this part that are done already. */
  readonly skipped: number
  /** Where the next part begins; null: this is the last. */
  readonly nextPlace: number | null
}

/**
 * Cuts the next part off a backfill. With several batches at a time it would depend on their speed which of them a batch finds
 * published; so each looks only at those that are settled in any case when it starts: see inOrderedWindow.
 * @param batches in order of time
 * @param done keys that are not to be scored
 */
export function backfillPage(
  batches: BatchRange,
  {
    place,
    inFlight,
    done,
  }: { readonly place: number; readonly inFlight: number; readonly done: ReadonlySet<string> },
  size = batchesPerWorkflow,
): BackfillPage {
  const items: BackfillItem[] = []
  let skipped = 0
  let at = place
  const end = Math.min(batches.length, place + placesPerPage)
  for (; at < end && items.length < size; at++) {
    const batch = batches.at(at)
    if (done.has(batch)) skipped++
    else {
      const before = batches.at(Math.max(0, at - inFlight + 1))
      items.push({ batch, place: at, comparedBefore: before === batch ? null : before })
    }
  }
  return { items, skipped, nextPlace: at < batches.length ? at : null }
}
