/** A revision of a batch that was visible once. */
export interface PublishedRevision {
  readonly runId: string
  readonly revision: number
  readonly isVisible: boolean
  /** Being dropped already. */
  readonly isClosed: boolean
  /** When it last became visible. */
  readonly changedAt: Date
}

/**
 * The revisions of one batch that retention lets go. The visible one stays, whatever its age; so do the `keep - 1` of those before it
 * that were visible last, and those that it was rolled back from. Where none is visible nothing is dropped.
 * @param keep retention.revisions, at least 1
 */
export function revisionsToDrop<R extends PublishedRevision>(published: readonly R[], keep: number): R[] {
  const visible = published.find(({ isVisible }) => isVisible)
  if (visible === undefined) return []
  const before = published
    .filter(({ revision, isClosed }) => revision < visible.revision && !isClosed)
    .sort((a, b) => b.changedAt.getTime() - a.changedAt.getTime())
  const closed = published.filter(({ isClosed, isVisible }) => isClosed && !isVisible)
  return [...closed, ...before.slice(keep - 1)]
}
