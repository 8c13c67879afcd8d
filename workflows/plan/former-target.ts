/** One move of a pointer: on to something new, or back to where it was. */
export interface PointerMove<T> {
  readonly to: T
  readonly back: boolean
}

/**
 * Where going back from here leads: to what the pointer was at before it came here; undefined: nowhere. Going back again leads
 * further back, never to and fro; and what was gone back from is passed over after a later move on.
 * @param moves all of them, the oldest first
 * @example formerTarget([on(1), on(2), on(3), back(2)]) // 1
 * @example formerTarget([on(1), on(2), back(1), on(3)]) // 1
 */
export function formerTarget<T>(moves: readonly PointerMove<T>[]): T | undefined {
  const way: T[] = []
  for (const { to, back } of moves) {
    const at = back ? way.slice(0, -1).lastIndexOf(to) : -1
    if (at === -1) way.push(to)
    else way.length = at + 1
  }
  return way.at(-2)
}
