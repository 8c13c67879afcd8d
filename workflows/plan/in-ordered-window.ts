/**
 * Calls `work` for each item in order; one starts when all items whose place is `width` or more before its own are settled.
 * Unlike inWindow it so says which items are over when one starts: not just how many.
 * @param items by ascending place
 * @param goOn asked before each item: false starts no further one
 * @throws the first failure, once all that were under way have settled; after it no further item starts
 */
export async function inOrderedWindow<T extends { readonly place: number }>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<void>,
  goOn: () => boolean = () => true,
): Promise<void> {
  const started: { readonly place: number; readonly settled: Promise<void> }[] = []
  const failures: unknown[] = []
  for (const item of items) {
    const before = started.filter(({ place }) => place <= item.place - width)
    await Promise.all(before.map(({ settled }) => settled))
    if (failures.length > 0 || !goOn()) break
    const settled = work(item).catch((error: unknown) => void failures.push(error))
    started.push({ place: item.place, settled })
  }
  await Promise.all(started.map(({ settled }) => settled))
  if (failures.length > 0) throw failures[0]
}
